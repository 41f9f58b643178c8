package org.tofro.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What cron is to call for a pipeline: the program, with the environment that cron does not have, its words to a log.
 *
 * @param command how a run is launched: {@code run} or {@code submit}
 * @param checkout the checkout's folder
 * @param pipeline the pipeline's name
 * @param file its file
 * @param runner the environment, a name or an absolute path
 * @param logs the folder of logs
 * @param variables variables of the process's environment
 * @param environmentFile a shell file that sets more of them, or null
 * @param delay how long it waits before it begins, which costs a sleeping process and no more
 */
record CrontabLine(
        String command,
        Path checkout,
        String pipeline,
        Path file,
        String runner,
        Path logs,
        Map<String, String> variables,
        @Nullable Path environmentFile,
        Duration delay) {
    /** What cron's line holds at most, less some for the times. */
    private static final int LONGEST = 990;

    /**
     * The line.
     *
     * @param when five fields, or {@code @reboot}
     */
    String at(String when) {
        String exports = variables.entrySet().stream()
                .map(variable -> " " + variable.getKey() + "=" + quoted(variable.getValue()))
                .collect(Collectors.joining());
        String called = (delay.isZero() ? "" : "sleep " + delay.toSeconds() + " && ") + "cd "
                + quoted(checkout.toString())
                + " && mkdir -p " + quoted(logs.toString())
                + (exports.isEmpty() ? "" : " && export" + exports)
                + (environmentFile == null
                        ? ""
                        : " && set -a && . " + quoted(environmentFile.toString()) + " && set +a")
                + " && scripts/tofro " + command + " " + quoted(shown(file)) + " --runner " + quoted(runner)
                + " --scheduled >>"
                + quoted(logs.resolve(pipeline).toString()) + "-$(date +%Y-%m).log 2>&1";
        if (called.contains("\n") || called.contains("\r")) {
            throw new InvalidInputException("a path or variable in the crontab line of pipeline '" + pipeline
                    + "' has a line break, which no crontab can hold");
        }
        // To cron a percent sign is a line feed.
        String line = when + " " + called.replace("%", "\\%");
        if (line.length() > LONGEST) {
            throw new InvalidInputException(
                    "the crontab line of pipeline '" + pipeline + "' would have " + line.length()
                            + " characters, and cron reads no more than " + LONGEST
                            + "; shorten PATH, or have a shell file set it and give that by --env-file");
        }
        return line;
    }

    private String shown(Path path) {
        return path.startsWith(checkout) ? checkout.relativize(path).toString() : path.toString();
    }

    /** One word of the shell. */
    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./:-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
