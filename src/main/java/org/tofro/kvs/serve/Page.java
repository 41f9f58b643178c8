package org.tofro.kvs.serve;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The page that shows what the store is for: an instructor's dashboard. Its files lie beside this class. */
final class Page {
    private static final String ONLY_OURS =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:;"
                    + " base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    private final Map<String, Reply> files;

    private Page(Map<String, Reply> files) {
        this.files = files;
    }

    static Page none() {
        return new Page(Map.of());
    }

    static Page ofResources() {
        Map<String, Reply> files = new LinkedHashMap<>();
        files.put("/", file("index.html", "text/html; charset=utf-8"));
        files.put("/dashboard.css", file("dashboard.css", "text/css; charset=utf-8"));
        files.put("/dashboard.js", file("dashboard.js", "text/javascript; charset=utf-8"));
        return new Page(files);
    }

    private static Reply file(String name, String type) {
        try (InputStream in = Page.class.getResourceAsStream("demo/" + name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not on the class path");
            }
            return new Reply(200, type, Map.of(), new Reply.Bytes(in.readAllBytes()))
                    .with("Content-Security-Policy", ONLY_OURS)
                    .with("Cache-Control", "no-cache")
                    .with("Referrer-Policy", "no-referrer");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws ApiException where there is none by that path */
    Reply at(String path) {
        Reply file = files.get(path);
        if (file == null) {
            throw new ApiException(
                    404,
                    "not_found",
                    "there is nothing by this path; see /v1/jobs, and /v1/jobs/JOB/keys/KEY?fields=a,b");
        }
        return file;
    }
}
