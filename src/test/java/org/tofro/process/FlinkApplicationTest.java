package org.tofro.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.tofro.local.BuiltClusterJar;
import org.tofro.local.TestFlink;

/** The program in Flink's application mode: the JobManager calls it, and it is the launcher. */
@Tag("slow")
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class FlinkApplicationTest {
    private static final Pattern RUN = Pattern.compile("(?m)^run (\\S+)$");
    private static @Nullable Workplace made;
    private final Workplace place = Objects.requireNonNull(made);
    private int applications;

    @BeforeAll
    static void make() throws Exception {
        BuiltClusterJar.get();
        made = Workplace.make("flink-application", "gated", 60);
        made.writeApplicationRunner();
    }

    @AfterAll
    static void down() throws Exception {
        if (made != null) {
            made.close();
        }
    }

    private TestFlink start(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--runner=" + place.runner("application"));
        Path folder = place.folder().resolve(".applications/" + System.nanoTime() + "-" + applications++);
        return TestFlink.application(folder, BuiltClusterJar.get(), place.s3Credentials(), all);
    }

    private String pipeline(String name) {
        return place.folder().resolve("pipelines/" + name + ".yaml").toString();
    }

    private static String run(TestFlink application) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
        while (true) {
            Matcher run = RUN.matcher(application.log());
            if (run.find()) {
                return run.group(1);
            }
            assertThat(System.nanoTime()).as(application.log()).isLessThan(deadline);
            Thread.sleep(50);
        }
    }

    @Test
    void aRunSucceeds() throws Exception {
        place.changeSource();
        try (TestFlink application = start("run", pipeline("gated"))) {
            String run = run(application);
            application.awaitEnd(180);
            assertThat(application.log())
                    .contains("Application completed SUCCESSFULLY", "reload: succeeded, 100,000 rows");
            place.demandPublished(run, application.log());
            try (Program show = place.run(0, "show", run)) {
                assertThat(show.out()).contains("succeeded");
            }
        }
    }

    /** A try of a step is a graph of its own, and so a job; the program ends when all is written. */
    @Test
    void severalGraphsOneAfterAnotherAndAFailureIsTheApplications() throws Exception {
        place.writeFailing(1);
        try (TestFlink application = start("run", pipeline("failing"))) {
            String run = run(application);
            application.awaitEnd(180);
            assertThat(application.log())
                    .contains("try 2 of 2 in 1 second", "tofro ended with exit code 1", "Application FAILED");
            try (Program show = place.run(0, "show", run)) {
                assertThat(show.out()).contains("failed", "nothing");
            }
        }
    }

    /** Whoever started the application may go; when its JobManager is lost, the lease runs out and `resume` goes on. */
    @Test
    void aRunGoesOnWithoutAClientAndIsResumedWhenItsJobManagerIsKilled() throws Exception {
        place.changeSource();
        String run;
        try (TestFlink application = start("run", pipeline("gated"))) {
            try (Database.Gate gate = place.closeGate("load")) {
                run = run(application);
                awaitArrival();
                try (Program status = place.run(0, "status")) {
                    assertThat(status.out()).contains("gated", "running");
                }
                application.kill(0);
            }
            place.run(0, "history").close();
        }
        try (TestFlink application = start("resume", run)) {
            application.awaitEnd(180);
            assertThat(application.log()).contains("Application completed SUCCESSFULLY");
            place.demandPublished(run, application.log());
        }
    }

    private void awaitArrival() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (place.warehouse()
                .column("SELECT pid FROM pg_stat_activity WHERE wait_event = 'advisory' AND query ILIKE 'COPY%'")
                .isEmpty()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.sleep(50);
        }
    }

    /** An application without a job would be a failed one. */
    @Test
    void nothingToDoIsSuccess() throws Exception {
        place.run(0, "run", "events.yaml").close();
        String run = newestRun();
        try (TestFlink application = start("resume", run)) {
            application.awaitEnd(120);
            assertThat(application.log())
                    .contains("has succeeded already; nothing to resume", "Application completed SUCCESSFULLY");
        }
    }

    private String newestRun() throws Exception {
        try (var runs = Files.list(place.folder().resolve(".tofro/s3/tofro-state/runs"))) {
            return runs.map(run -> run.getFileName().toString())
                    .filter(run -> run.startsWith("events-"))
                    .max(String::compareTo)
                    .orElseThrow();
        }
    }
}
