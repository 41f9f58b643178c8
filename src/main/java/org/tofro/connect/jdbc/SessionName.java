package org.tofro.connect.jdbc;

import java.nio.charset.StandardCharsets;
import org.tofro.connect.staging.AttemptPath;

/** The name under which a server sees a session. */
public final class SessionName {
    private static final int NAME_BYTES = 63;
    private static final int RUN_BYTES = 32;

    private SessionName() {}

    /** {@code tofro:<pipeline>/<step>/<run>} in the 63 bytes that PostgreSQL keeps; the run is cut last. */
    public static String of(AttemptPath path) {
        String run = runOf(path.run());
        int left = NAME_BYTES - "tofro:".length() - 2 - run.getBytes(StandardCharsets.UTF_8).length;
        String step =
                cut(path.step(), Math.max(left / 2, left - path.pipeline().getBytes(StandardCharsets.UTF_8).length));
        String pipeline = cut(path.pipeline(), left - step.getBytes(StandardCharsets.UTF_8).length);
        return "tofro:" + pipeline + "/" + step + "/" + run;
    }

    /** The part of a run's id that the name keeps: its end, which tells it from other runs. */
    public static String runOf(String run) {
        String end = run;
        while (end.getBytes(StandardCharsets.UTF_8).length > RUN_BYTES) {
            end = end.substring(end.offsetByCodePoints(0, 1));
        }
        return end;
    }

    private static String cut(String text, int bytes) {
        String shorter = text;
        while (shorter.getBytes(StandardCharsets.UTF_8).length > bytes) {
            shorter = shorter.substring(0, shorter.offsetByCodePoints(shorter.length(), -1));
        }
        return shorter;
    }
}
