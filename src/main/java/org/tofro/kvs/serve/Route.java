package org.tofro.kvs.serve;

import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tofro.kvs.JobName;
import org.tofro.kvs.Percent;

/**
 * What a path of the service names. Paths come as they were sent, for a comma that is escaped is another one.
 *
 * @param kind which of them
 * @param job the job's name, as it was sent and decoded; empty where it names none
 * @param key the key as it was sent; empty where it names none
 */
record Route(Kind kind, String job, String key) {
    /** The kinds of paths. */
    enum Kind {
        JOBS,
        JOB,
        KEY,
        KEYS;

        Set<String> methods() {
            return this == KEYS ? Set.of("POST") : Set.of("GET", "HEAD");
        }

        String label() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** @throws ApiException where there is nothing by that path */
    static Route of(String path) {
        String[] parts = path.split("/", -1);
        // "", "v1", "jobs", the job, "keys", the key
        boolean named = parts.length > 2 && parts[1].equals("v1") && parts[2].equals("jobs");
        if (named && parts.length == 3) {
            return new Route(Kind.JOBS, "", "");
        }
        if (named && parts.length == 4) {
            return new Route(Kind.JOB, decoded(parts[3]), "");
        }
        if (named && parts.length == 5 && parts[4].equals("keys")) {
            return new Route(Kind.KEYS, decoded(parts[3]), "");
        }
        if (named && parts.length == 6 && parts[4].equals("keys")) {
            return new Route(Kind.KEY, decoded(parts[3]), parts[5]);
        }
        throw new ApiException(
                404, "not_found", "there is nothing by this path; see /v1/jobs, and /v1/jobs/JOB/keys/KEY?fields=a,b");
    }

    /** @throws ApiException where no job can have that name */
    JobName jobName() {
        if (!JobName.isValid(job)) {
            throw new ApiException(404, "unknown_job", "there is no such job; its name is none: " + JobName.rule());
        }
        return new JobName(job);
    }

    /** The fields that a query names; none stands for all. */
    static List<String> fields(Map<String, Deque<String>> query) {
        List<String> fields = new ArrayList<>();
        query.forEach((name, values) -> {
            if (!name.equals("fields")) {
                throw new ApiException(
                        400, "bad_request", "there is no query parameter of that name; there is 'fields'");
            }
            for (String value : values) {
                for (String field : value.split(",", -1)) {
                    fields.add(decoded(field));
                }
            }
        });
        return fields;
    }

    static String decoded(String text) {
        try {
            return Percent.decoded(text);
        } catch (IllegalArgumentException e) {
            throw new ApiException(
                    400, "bad_request", "a percent sign in the address is not followed by two digits of UTF-8");
        }
    }
}
