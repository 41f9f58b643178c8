package org.tofro.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tofro.kvs.Job;
import org.tofro.kvs.JobVersion;
import org.tofro.kvs.KvsTables;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tofro kvs drop}: drops a version that is not current, or a whole job. */
@Command(
        name = "drop",
        description = "Drop a version of a job that is not current, or all of them.",
        mixinStandardHelpOptions = true)
final class KvsDropCommand implements Callable<Integer> {
    private final PrintStream out;
    private final PrintStream err;

    @Parameters(paramLabel = "JOB", description = "Its name.")
    private String job = "";

    @ArgGroup(multiplicity = "1")
    private Choice choice = new Choice();

    @Mixin
    private KvsOptions options = new KvsOptions();

    /** What is dropped. */
    static final class Choice {
        @Option(names = "--version", paramLabel = "N", description = "That version.")
        private @Nullable Integer version;

        @Option(names = "--all", description = "All versions, the current one too: readers find the job no more.")
        private boolean all;
    }

    KvsDropCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() throws InterruptedException {
        return options.work(err, store -> {
            Job seen = store.demand(KvsOptions.job(job));
            List<JobVersion> doomed = choice.all ? seen.versions() : List.of(one(seen));
            doomed.forEach(KvsDropCommand::demandNobodyAtWork);
            if (doomed.isEmpty()) {
                out.println("job '" + seen.name() + "' has no versions: all were dropped");
                return ExitCode.OK;
            }
            if (choice.all) {
                store.versions().retire(seen);
            }
            for (JobVersion version : doomed) {
                drop(version, store);
            }
            store.snapshots(KvsStore.tablesOf(seen.name())).ifPresent(out::println);
            return ExitCode.OK;
        });
    }

    private JobVersion one(Job seen) {
        int number = Objects.requireNonNull(choice.version);
        JobVersion version = seen.version(number)
                .orElseThrow(() -> new FailedException("job '" + seen.name() + "' has no version " + number
                        + "; it has: "
                        + String.join(
                                ", ",
                                seen.versions().stream()
                                        .map(each -> String.valueOf(each.number()))
                                        .toList())));
        if (number == seen.current()) {
            throw new FailedException("version " + number + " of job '" + seen.name()
                    + "' is current, and readers are on it; roll back to another one first, or drop the job by --all");
        }
        return version;
    }

    private static void demandNobodyAtWork(JobVersion version) {
        if (version.state() == JobVersion.State.LOADING && version.alive()) {
            throw new FailedException("version " + version.number() + " of job '" + version.job()
                    + "' is being loaded by run '" + version.run() + "' of " + version.owner()
                    + "; cancel that run, or wait for its end. Nothing was dropped");
        }
    }

    private void drop(JobVersion version, KvsStore store) {
        if (!store.versions().startDropping(version)) {
            throw new FailedException("version " + version.number() + " of job '" + version.job()
                    + "' was made current, or dropped by another, in this moment; it was left alone");
        }
        KvsTables.drop(store.session(), store.keyspace(), version);
        store.versions().dropped(version);
        out.println("dropped version " + version.number() + " of job '" + version.job() + "'");
    }
}
