package org.tofro.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.staging.StagingException;
import org.tofro.emr.Bundle;
import org.tofro.emr.FetchedBundle;
import org.tofro.report.RunRequest;
import picocli.CommandLine.Option;

/** Runs what {@code tofro submit} has brought to a cluster, in place of files of this machine. */
final class BundleOptions {
    @Option(
            names = "--bundle",
            paramLabel = "URI",
            description = "Take the pipeline, its files and the runner file from this zip on S3: what `submit` makes.")
    private @Nullable String uri;

    @Option(
            names = "--asked-at",
            hidden = true,
            description = "Since when somebody wants the run, from which its deadline counts. Default: now.")
    private @Nullable Instant askedAt;

    @Option(
            names = "--due",
            hidden = true,
            description =
                    "The run is wanted because its interval was seen to be due then: another run of it is enough.")
    private boolean due;

    private @Nullable FetchedBundle fetched;

    /** Does the work with the bundle unpacked, where one is given, and notes beside it how that ended. */
    int in(Callable<Integer> work) throws Exception {
        String from = uri;
        if (from == null) {
            return work.call();
        }
        if (!from.matches("(s3://[^/]+/|file:/).+\\.zip")) {
            throw new InvalidInputException("--bundle " + from + ": it is s3://bucket/folder/bundle.zip");
        }
        try (FetchedBundle bundle = FetchedBundle.fetch(from)) {
            fetched = bundle;
            int code;
            try {
                code = work.call();
            } catch (Exception e) {
                bundle.end(Main.exitCode(e).code());
                throw e;
            }
            bundle.end(code);
            return code;
        } catch (Bundle.BundleException e) {
            throw new InvalidInputException("--bundle: " + e.getMessage());
        } catch (StagingException | IOException e) {
            throw new FailedException("--bundle: " + e.getMessage());
        } finally {
            fetched = null;
        }
    }

    /** Where the pipeline of that name is: in the bundle, where there is one. */
    String pipeline(String name) throws IOException {
        return file(
                "pipeline", name, List.of(name, name + ".yaml", "pipelines/" + name, "pipelines/" + name + ".yaml"));
    }

    /** Where the runner file of that name is, likewise. */
    String runner(String name) throws IOException {
        return file("environment", name, List.of(name, "runners/" + name + ".yaml"));
    }

    private String file(String what, String name, List<String> names) throws IOException {
        FetchedBundle bundle = fetched;
        return bundle == null ? name : bundle.file(what, names).toString();
    }

    /** What is kept of a run does not name a folder that is gone when it has ended. */
    RunRequest kept(RunRequest request) {
        FetchedBundle bundle = fetched;
        return bundle == null ? request : request.withFile(bundle.nameOf(Path.of(request.file())));
    }

    /** Since when somebody wants the run: when it was submitted, or now. */
    Instant askedAt() {
        return askedAt == null ? Instant.now() : askedAt;
    }

    /** When the interval of the run was seen to be due, which is why it was submitted; null for another reason. */
    @Nullable
    Instant dueAt() {
        return due ? askedAt() : null;
    }

    /** The submission that the bundle is of, for whose host the run works; null where there is none. */
    @Nullable
    String submission() {
        return uri == null ? null : uri.replaceFirst("^.*/([^/]+)/[^/]+$", "$1");
    }
}
