package org.tofro.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A run that is killed at any moment, and then resumed or followed by a new run, leaves the tables as if nothing had happened:
 * {@code -Dtofro.test.kills} says how often, {@code -Dtofro.test.seed} when.
 */
@Tag("slow")
class KilledRunTest {
    private static final int KILLS = Integer.getInteger("tofro.test.kills", 50);
    /** So long that a launch which waited for its end would be seen. */
    private static final int LEASE_SECONDS = 600;

    private static final int MOST_MISSES = 10;
    /** What a run says when each part of it begins: from the taking of the lease to the report. */
    private static final List<Pattern> PHASES = List.of(
            Pattern.compile("^run \\S+$", Pattern.MULTILINE),
            Pattern.compile("^extract: started$", Pattern.MULTILINE),
            Pattern.compile("^load: started$", Pattern.MULTILINE),
            Pattern.compile("^reload: started$", Pattern.MULTILINE));

    @Test
    @Timeout(value = 90, unit = TimeUnit.MINUTES)
    void killedAgainAndAgainTheTablesAreThoseOfAnUndisturbedRun() throws Exception {
        long seed = Long.getLong("tofro.test.seed", System.nanoTime());
        System.out.println("seed of the moments: -Dtofro.test.seed=" + seed);
        Random random = new Random(seed);
        Map<String, Integer> kills = new TreeMap<>();
        List<Long> resumeMillis = new ArrayList<>();
        List<Long> freshMillis = new ArrayList<>();
        try (Workplace place = Workplace.make("killed", "events", LEASE_SECONDS)) {
            List<Long> lengths = lengthsOfPhases(place);
            int misses = 0;
            for (int kill = 0; kill < KILLS; ) {
                place.changeSource();
                String old = place.production();
                try (Program program = place.start("run", "events.yaml")) {
                    String run = program.awaitRun();
                    int phase = kill % PHASES.size();
                    program.await(PHASES.get(phase), 120);
                    Thread.sleep((long) (lengths.get(phase) * random.nextDouble()));
                    if (!program.isAlive()) {
                        assertThat(++misses)
                                .as("runs that ended before they were killed")
                                .isLessThan(MOST_MISSES);
                        continue;
                    }
                    program.signal("KILL");
                    assertThat(program.exitCode(10)).isEqualTo(128 + 9);
                    String standing = program.standing(Workplace.STEPS);
                    kill++;
                    kills.merge(standing, 1, Integer::sum);
                    String context = "kill " + kill + ", " + standing + ", run " + run;
                    demandAllOrNothing(place, run, old, context);
                    // Each phase is resumed as often as it is followed by a new run.
                    boolean resumes = (kill - 1) / PHASES.size() % 2 == 0;
                    long startedAt = System.nanoTime();
                    String next = resumes ? resume(place, run, standing, context) : runAnew(place);
                    (resumes ? resumeMillis : freshMillis)
                            .add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedAt));
                    place.demandPublished(next, context);
                    assertThat(place.leaseHeld())
                            .as(context + ": the lease after it")
                            .isFalse();
                }
            }
        } finally {
            System.out.println("kills: " + kills + "; each resume took " + resumeMillis + " ms, each new run "
                    + freshMillis + " ms");
        }
        assertThat(kills.keySet())
                .as("where the kills hit")
                .contains("before extract", "in extract", "in load", "in reload");
        assertThat(resumeMillis).as("resumed").isNotEmpty();
        assertThat(freshMillis).as("followed by a new run").isNotEmpty();
    }

    /** How long each phase of an undisturbed run lasts, in milliseconds. */
    private static List<Long> lengthsOfPhases(Workplace place) throws Exception {
        place.changeSource();
        try (Program program = place.start("run", "events.yaml")) {
            List<Long> lengths = new ArrayList<>();
            String run = program.awaitRun();
            long last = System.nanoTime();
            for (Pattern begin : PHASES.subList(1, PHASES.size())) {
                program.await(begin, 120);
                lengths.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - last));
                last = System.nanoTime();
            }
            assertThat(program.exitCode(120)).as(program.said()).isZero();
            lengths.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - last));
            place.demandPublished(run, "undisturbed");
            return lengths;
        }
    }

    /** Production is as before, unless the ledger says that the reload is done; then it is as it is to be. */
    private static void demandAllOrNothing(Workplace place, String run, String old, String context) throws Exception {
        // A COMMIT may be on its way; the dead process's sessions end first.
        place.demandNobodyLeft(context);
        assertThat(place.openTransactions()).as(context).isEmpty();
        assertThat(place.leaseSecondsLeft())
                .as(context + ": the dead run's lease")
                .isLessThanOrEqualTo(LEASE_SECONDS);
        boolean reloaded = place.ledger(run).contains("reload 1");
        assertThat(place.production()).as(context).isEqualTo(reloaded ? place.wanted() : old);
    }

    /** Resumes the run, or starts another where it was killed before it had noted its request. */
    private static String resume(Workplace place, String run, String standing, String context) throws Exception {
        try (Program resume = place.start("resume", run)) {
            int code = resume.exitCode(180);
            if (code == 2 && standing.equals("before extract")) {
                assertThat(resume.err())
                        .as(context)
                        .startsWith("the state area s3://tofro-state/ knows no run '" + run + "'; ");
                return runAnew(place);
            }
            assertThat(code).as(context + "\n" + resume.said()).isZero();
            return run;
        }
    }

    /** A new run, which takes the lease over from the dead one at once. */
    private static String runAnew(Workplace place) throws Exception {
        try (Program again = place.run(0, "run", "events.yaml")) {
            return again.awaitRun();
        }
    }
}
