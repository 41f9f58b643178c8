package org.tofro.connect.transform;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.program.OutputTail;
import org.tofro.connect.program.ProcessTree;
import org.tofro.connect.program.WorkFolder;

/**
 * One run of a user's program: started, watched, ended with all that it has started where the step is cancelled or times
 * out.
 */
final class ScriptProcess {
    private static final int LOOK_MILLIS = 100;
    private static final int SHORTEST_SECRET = 6;

    private final String shown;
    private final Map<String, String> environment;
    private final Map<String, String> given;

    /**
     * @param shown how messages name the program
     * @param environment all that it finds in its environment
     * @param given the values in it that the user gave, which no message repeats
     */
    ScriptProcess(String shown, Map<String, String> environment, Map<String, String> given) {
        this.shown = shown;
        this.environment = environment;
        this.given = given;
    }

    /** Runs it to its end; throws where that is not a good one. */
    void run(List<String> words, Path directory, WorkFolder work, ExtractProgress progress, Cancellation cancellation)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(words).directory(directory.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.redirectInput(ProcessBuilder.Redirect.from(emptyFile()));
        Process process = start(builder);
        ProcessTree tree = new ProcessTree(process.toHandle(), work.path());
        Runnable end = () -> new Thread(() -> endQuietly(tree), "end of " + shown).start();
        cancellation.onCancel(end);
        OutputTail out = new OutputTail(process.getInputStream(), "output of " + shown);
        OutputTail err = new OutputTail(process.getErrorStream(), "errors of " + shown);
        out.start();
        err.start();
        try {
            work.note(process.toHandle());
            while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                tree.look();
                Room.demand(work);
            }
        } catch (InterruptedException | IOException | RuntimeException e) {
            tree.end();
            throw e;
        } finally {
            cancellation.forget(end);
        }
        if (tree.endRest()) {
            progress.note("programs that " + shown + " had left running were ended");
        }
        out.join(2_000);
        err.join(2_000);
        if (cancellation.isCancelled()) {
            throw ExtractException.permanent(shown + " was ended: the step is cancelled");
        }
        if (process.exitValue() != 0) {
            throw ExtractException.permanent(failure(process.exitValue(), err.lastLines(), out.lastLines()));
        }
    }

    private static java.io.File emptyFile() {
        return new java.io.File(System.getProperty("os.name").startsWith("Windows") ? "NUL" : "/dev/null");
    }

    private Process start(ProcessBuilder builder) {
        try {
            return builder.start();
        } catch (IOException e) {
            String message = String.valueOf(e.getMessage());
            String why = message.contains("error=13")
                    ? "this machine may not execute files in its folder for temporary files, or the script's interpreter;"
                            + " name another folder by -Djava.io.tmpdir"
                    : message.contains("error=8")
                            ? "it is no program for this kind of machine"
                            : message.contains("error=7")
                                    ? "its arguments and environment are longer than the system takes"
                                    : message.replaceFirst(".*error=\\d+, ", "the system says: ");
            throw new ExtractException(shown + " cannot be started: " + why, false, e);
        }
    }

    private static void endQuietly(ProcessTree tree) {
        try {
            tree.end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String failure(int code, String err, String out) {
        String meaning = switch (code) {
            case 126 -> " (something in it is not executable)";
            case 127 -> " (a program in it was not found)";
            case 137 -> " (it was killed, as systems do where memory runs out)";
            case 139 -> " (it crashed)";
            case 143 -> " (it was asked to end)";
            default -> "";
        };
        String words = err.isEmpty() ? out : err;
        String said = words.isEmpty()
                ? ", and printed nothing"
                : ". The last that it printed" + (err.isEmpty() ? "" : " to standard error") + ":\n" + masked(words);
        return shown + " ended with exit code " + code + meaning + said;
    }

    /** A script may well print its environment. */
    private String masked(String words) {
        String masked = words;
        for (String value : given.values()) {
            if (value.length() >= SHORTEST_SECRET) {
                masked = masked.replace(value, "***");
            }
        }
        return masked;
    }
}
