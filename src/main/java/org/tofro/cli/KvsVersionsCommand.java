package org.tofro.cli;

import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tofro.kvs.Job;
import org.tofro.kvs.JobName;
import org.tofro.kvs.JobVersion;
import org.tofro.report.ReportStore;
import org.tofro.report.ReportTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tofro kvs versions}: the jobs of the store, or the versions of one. */
@Command(
        name = "versions",
        description =
                "The versions of a job: which is current, what they hold, and who made them; without a job, all jobs.",
        mixinStandardHelpOptions = true)
final class KvsVersionsCommand implements Callable<Integer> {
    private final PrintStream out;
    private final PrintStream err;
    private final Clock clock;

    @Parameters(paramLabel = "JOB", arity = "0..1", description = "Its name.")
    private @Nullable String job;

    @Option(
            names = "--output",
            paramLabel = "table|json",
            defaultValue = "table",
            description = "How the answer is printed. Default: ${DEFAULT-VALUE}.")
    private RunOptions.Output output = RunOptions.Output.TABLE;

    @Mixin
    private KvsOptions options = new KvsOptions();

    KvsVersionsCommand(PrintStream out, PrintStream err, Clock clock) {
        this.out = out;
        this.err = err;
        this.clock = clock;
    }

    /** A version as JSON. */
    private record Listed(
            String job,
            int version,
            String state,
            long keys,
            long bytes,
            Instant begun,
            @Nullable Instant published,
            String owner,
            String run) {}

    @Override
    public Integer call() throws InterruptedException {
        String given = job;
        return options.work(err, store -> {
            List<Job> jobs = given == null ? all(store) : List.of(store.demand(KvsOptions.job(given)));
            if (output == RunOptions.Output.JSON) {
                out.println(ReportStore.json(jobs.stream()
                        .flatMap(each -> each.versions().stream().map(version -> listed(each, version)))
                        .toList()));
            } else if (given == null) {
                printJobs(jobs, store);
            } else {
                printVersions(jobs.get(0), store);
            }
            return ExitCode.OK;
        });
    }

    private static List<Job> all(KvsStore store) {
        List<Job> jobs = new ArrayList<>();
        for (JobName name : store.versions().jobs()) {
            store.versions().read(name).ifPresent(jobs::add);
        }
        return jobs;
    }

    private static Listed listed(Job job, JobVersion version) {
        return new Listed(
                job.name().name(),
                version.number(),
                state(job, version),
                version.figures().keys(),
                version.figures().bytes(),
                version.begunAt(),
                version.publishedAt(),
                version.owner(),
                version.run());
    }

    private void printJobs(List<Job> jobs, KvsStore store) {
        if (jobs.isEmpty()) {
            out.println("keyspace '" + store.keyspace() + "' has no jobs yet");
            return;
        }
        TextTable table = new TextTable("job", "current", "versions", "keys", "size", "published");
        for (Job each : jobs) {
            Optional<JobVersion> current = each.currentVersion();
            table.add(
                    each.name().name(),
                    current.map(version -> String.valueOf(version.number())).orElse("none"),
                    String.valueOf(each.versions().size()),
                    current.map(version -> String.valueOf(version.figures().keys()))
                            .orElse(""),
                    current.map(version -> ReportTable.bytes(version.figures().bytes()))
                            .orElse(""),
                    current.map(version -> age(version.publishedAt())).orElse(""));
        }
        out.print(table.text());
        out.println(KvsStore.counted(store.tables(name -> name.matches(".*_[0-9]+")), "table")
                + " of versions in keyspace '" + store.keyspace() + "'");
        store.snapshots(name -> true).ifPresent(out::println);
    }

    private void printVersions(Job seen, KvsStore store) {
        if (seen.versions().isEmpty()) {
            out.println("job '" + seen.name() + "' has no versions: all were dropped");
        } else {
            TextTable table = new TextTable("version", "state", "keys", "size", "published", "made by", "run");
            for (JobVersion version : seen.versions()) {
                boolean counted = version.publishedAt() != null;
                table.add(
                        String.valueOf(version.number()),
                        state(seen, version),
                        counted ? String.valueOf(version.figures().keys()) : "",
                        counted ? ReportTable.bytes(version.figures().bytes()) : "",
                        counted ? age(version.publishedAt()) : "begun " + age(version.begunAt()),
                        version.owner(),
                        version.run());
            }
            out.print(table.text());
        }
        out.println(KvsStore.counted(store.tables(KvsStore.tablesOf(seen.name())), "table") + " in keyspace '"
                + store.keyspace() + "'");
        store.snapshots(KvsStore.tablesOf(seen.name())).ifPresent(out::println);
    }

    private static String state(Job job, JobVersion version) {
        return switch (version.state()) {
            case PUBLISHED -> version.number() == job.current() ? "current" : "kept";
            case LOADING -> version.alive() ? "loading" : "abandoned";
            case DROPPING -> "being dropped";
        };
    }

    private String age(@Nullable Instant moment) {
        if (moment == null) {
            return "";
        }
        Duration age = Duration.between(moment, clock.instant());
        if (age.toMinutes() < 2) {
            return Math.max(0, age.toSeconds()) + " s ago";
        }
        if (age.toHours() < 2) {
            return age.toMinutes() + " min ago";
        }
        return age.toDays() < 2 ? age.toHours() + " h ago" : age.toDays() + " days ago";
    }
}
