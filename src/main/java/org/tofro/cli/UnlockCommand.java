package org.tofro.cli;

import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.tofro.connect.warehouse.Lease;
import org.tofro.connect.warehouse.WarehouseException;
import org.tofro.run.BusyException;
import org.tofro.run.LaunchIdentity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tofro unlock}: takes a pipeline's lease from a process that is dead, or that is to be shut out. */
@Command(
        name = "unlock",
        description = "Take a pipeline's lease from a process that is dead; from one that lives only by --force.",
        mixinStandardHelpOptions = true)
final class UnlockCommand implements Callable<Integer> {
    private final PrintStream out;
    private final PrintStream err;

    @Parameters(paramLabel = "PIPELINE", description = "Its name.")
    private String pipeline = "";

    @Option(names = "--trial", description = "The lease of its trial runs instead.")
    private boolean trial;

    @Option(
            names = "--force",
            description = "Also from a process that may still live: it is fenced, so it can publish nothing more.")
    private boolean force;

    @Mixin
    private OperationsOptions options = new OperationsOptions();

    UnlockCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() throws WarehouseException, BusyException, InterruptedException {
        Operations operations = options.open(err);
        String name = operations.demandPipeline(pipeline);
        Lease lease = operations.lease(trial ? name + "_trial" : name);
        Optional<Lease.Held> held = lease.look().filter(Lease.Held::live);
        if (held.isEmpty()) {
            return say(name, "is not locked", false);
        }
        String holder = LaunchIdentity.describe(held.get().holder());
        String run = held.get().run();
        boolean dead = LaunchIdentity.ofThisProcess().knowsDead(held.get().holder());
        // No run of that name can be cancelled or resumed.
        boolean between = run.equals(KeptLease.RUN);
        if (!dead && !force) {
            throw new BusyException("pipeline '" + name + "' is locked by run " + run + ": " + holder
                    + ", and nothing here says that it is dead; its lease runs out in "
                    + held.get().secondsLeft() + " s unless it renews it. `"
                    + (between
                            ? operations.command("status " + name) + "` shows the run that it waits to begin"
                            : operations.command("cancel " + run) + "` ends the run")
                    + "; --force takes the lease away, and what the process has not published by then is"
                    + " left undone");
        }
        if (!lease.revoke(held.get().token())) {
            return say(name, "was given back or taken by another launch in this moment; nothing was done", false);
        }
        String resume =
                "; to go on with " + (dead ? "its run" : "it then") + ": " + operations.command("resume " + run);
        String further = dead
                ? " is no more" + (between ? "; its backfill can be started again" : resume)
                : " can publish nothing more, and "
                        + (between
                                ? "starts no further run of its backfill"
                                : "ends run " + run + " when it next renews its lease" + resume);
        return say(name, "is unlocked: " + holder + further, true);
    }

    private int say(String name, String what, boolean unlocked) {
        out.println(
                options.json()
                        ? org.tofro.report.ReportStore.json(new Answer(name, unlocked, what))
                        : "pipeline '" + name + "' " + what);
        return ExitCode.OK.code();
    }

    /** The answer as JSON. */
    private record Answer(String pipeline, boolean unlocked, String message) {}
}
