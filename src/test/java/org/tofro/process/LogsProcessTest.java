package org.tofro.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Logs of runs in other processes: while they are written, and of a launcher that was killed. */
@Tag("slow")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class LogsProcessTest {
    private static final Pattern TICK = Pattern.compile("bootstrap: sleep \\S+ # tick (\\d+)\\b");
    private static final Pattern NOT_KEPT = Pattern.compile("(?m)^\\.\\.\\. (\\d+) lines were not kept$");
    private static @Nullable Workplace made;
    private final Workplace place = Objects.requireNonNull(made);

    @BeforeAll
    static void make() throws Exception {
        made = Workplace.make("logs", "events", 60);
    }

    @AfterAll
    static void down() throws Exception {
        if (made != null) {
            made.close();
        }
    }

    /** A pipeline whose launch says something again and again before its first step. */
    private String ticking(String name, int ticks, String pause, String ballast) throws Exception {
        // As a variable, because a pipeline's file may have a megabyte at most.
        StringBuilder keys = new StringBuilder("variables: {ballast: " + ballast + "}\nbootstrap:\n");
        for (int i = 1; i <= ticks; i++) {
            keys.append("- 'sleep " + pause + " # tick " + i + " ${var:ballast}'\n");
        }
        return place.pipeline(name, "table: events", keys.toString());
    }

    private static List<Integer> ticks(String text) {
        List<Integer> found = new ArrayList<>();
        Matcher tick = TICK.matcher(text);
        while (tick.find()) {
            found.add(Integer.valueOf(tick.group(1)));
        }
        return found;
    }

    private static List<Integer> upTo(int last) {
        return IntStream.rangeClosed(1, last).boxed().toList();
    }

    /** Its log grows past a megabyte, so lines in its middle are left out that were there to be followed before. */
    @Test
    void followPrintsEachLineOnceUntilTheRunHasEnded() throws Exception {
        String pipeline = ticking("loud", 260, "0.1", "x".repeat(6_000));
        String run;
        String followed;
        try (Program program = place.start("run", pipeline)) {
            run = program.awaitRun();
            program.await(Pattern.compile("# tick 40 "), 90);
            try (Program follow = place.start("logs", run, "--follow")) {
                assertThat(program.exitCode(180)).as(tail(program.said())).isZero();
                assertThat(follow.exitCode(60)).isZero();
                followed = follow.out();
                assertThat(follow.err()).endsWith("run " + run + ": succeeded\n");
            }
        }

        assertThat(ticks(followed)).isEqualTo(upTo(260));
        assertThat(followed).doesNotContain("lines were not kept").endsWith(" - the launch has ended: succeeded\n");
        assertThat(followed.lines()).doesNotHaveDuplicates();
        try (Program after = place.run(0, "logs", run)) {
            Matcher gap = NOT_KEPT.matcher(after.out());
            assertThat(gap.find()).as("the log was bounded").isTrue();
            assertThat(after.out().lines().count() - 1 + Long.parseLong(gap.group(1)))
                    .isEqualTo(followed.lines().count());
        }
    }

    @Test
    void aLauncherThatIsKilledLeavesAllButTheLastTenSeconds() throws Exception {
        String pipeline = ticking("killed", 200, "0.3", "x");
        String run;
        List<Long> seenAt = new ArrayList<>();
        long killedAt;
        try (Program program = place.start("run", pipeline)) {
            run = program.awaitRun();
            while (seenAt.size() < 70) {
                int seen = ticks(program.err()).size();
                while (seenAt.size() < seen) {
                    seenAt.add(System.nanoTime());
                }
                assertThat(program.isAlive()).as(program.said()).isTrue();
                Thread.sleep(50);
            }
            killedAt = System.nanoTime();
            program.signal("KILL");
            assertThat(program.exitCode(10)).isEqualTo(128 + 9);
        }

        // A second for the write itself.
        long safe = seenAt.stream()
                .filter(at -> killedAt - at > TimeUnit.SECONDS.toNanos(11))
                .count();
        assertThat(safe).isGreaterThan(20);
        try (Program follow = place.run(0, "logs", run, "--follow")) {
            List<Integer> kept = ticks(follow.out());
            assertThat(kept).hasSizeGreaterThanOrEqualTo((int) safe).isEqualTo(upTo(kept.size()));
            assertThat(follow.out()).doesNotContain("the launch has ended");
            assertThat(follow.err()).endsWith("run " + run + " was killed\n");
        }
    }

    private static String tail(String text) {
        return text.substring(Math.max(0, text.length() - 3_000));
    }
}
