package org.tofro.cli;

import java.io.PrintStream;
import java.util.Comparator;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tofro.kvs.Job;
import org.tofro.kvs.JobVersion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code tofro kvs rollback}: makes a version current that was so before. */
@Command(
        name = "rollback",
        description = "Make another version of a job current. Loads that have begun before it cannot be published.",
        mixinStandardHelpOptions = true)
final class KvsRollbackCommand implements Callable<Integer> {
    private final PrintStream out;
    private final PrintStream err;

    @Parameters(index = "0", paramLabel = "JOB", description = "Its name.")
    private String job = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "VERSION",
            description = "The version. Default: the last one before the current one.")
    private @Nullable Integer version;

    @Mixin
    private KvsOptions options = new KvsOptions();

    KvsRollbackCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() throws InterruptedException {
        return options.work(err, store -> {
            Job seen = store.demand(KvsOptions.job(job));
            Integer given = version;
            int number =
                    given == null ? before(seen) : KvsStore.demand(seen, given).number();
            if (number == seen.current()) {
                out.println("version " + number + " of job '" + seen.name() + "' is current already");
                return ExitCode.OK;
            }
            store.versions().rollBack(seen, number);
            out.println("version " + number + " of job '" + seen.name() + "' is current now, "
                    + (seen.current() == 0 ? "and none was" : "and version " + seen.current() + " was")
                    + "; readers follow within a second");
            for (JobVersion each : seen.versions()) {
                if (each.state() == JobVersion.State.LOADING && each.alive()) {
                    out.println("version " + each.number() + " is being loaded by run '" + each.run() + "' of "
                            + each.owner() + ", and will not be published any more");
                }
            }
            return ExitCode.OK;
        });
    }

    private static int before(Job seen) {
        return seen.versions().stream()
                .filter(each -> each.state() == JobVersion.State.PUBLISHED && each.number() < seen.current())
                .map(JobVersion::number)
                .max(Comparator.naturalOrder())
                .orElseThrow(() -> new FailedException("job '" + seen.name() + "' has no version before "
                        + (seen.current() == 0 ? "none" : "version " + seen.current())
                        + " to roll back to; it has: " + KvsStore.published(seen)));
    }
}
