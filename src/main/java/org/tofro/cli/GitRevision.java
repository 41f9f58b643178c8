package org.tofro.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The git revision that a pipeline's file stands in, for the report. */
final class GitRevision {
    private GitRevision() {}

    /** The revision of the folder that the file is in; null where there is no git or no repository. */
    static @Nullable String of(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        try {
            Process git = new ProcessBuilder("git", "rev-parse", "HEAD")
                    .directory(folder == null ? null : folder.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String answer = new String(git.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return git.waitFor(5, TimeUnit.SECONDS) && git.exitValue() == 0 ? answer.strip() : null;
        } catch (IOException noGit) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
