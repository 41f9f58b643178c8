package org.tofro.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.warehouse.Lease;
import org.tofro.connect.warehouse.WarehouseException;
import org.tofro.problem.Spelling;
import org.tofro.report.LatestRuns;
import org.tofro.report.ReportStore;
import org.tofro.report.RunEntry;
import org.tofro.report.RunIndex;
import org.tofro.report.RunRequest;
import org.tofro.run.BeamOptions;
import org.tofro.run.LaunchIdentity;
import org.tofro.settings.RedshiftConnection;
import org.tofro.settings.S3Connection;
import org.tofro.settings.Settings;

/**
 * What a person on call works with in one environment, from any host: the state area, its index, and the leases in the
 * warehouse.
 *
 * @param runner the environment, as it was given
 * @param settings the environment, stand-ins served
 */
record Operations(String runner, Settings settings, PrintStream err) {
    /** Serves the stand-ins that hold leases and reports, and sets Beam's file systems up. */
    static Operations open(String runner, PrintStream err) {
        BeamOptions.prepare();
        Settings settings = Loaded.settings(runner, List.of());
        Set<String> needed = new TreeSet<>();
        settings.warehouse().map(RedshiftConnection::name).ifPresent(needed::add);
        Optional.ofNullable(settings.stagingS3()).map(S3Connection::name).ifPresent(needed::add);
        Settings served = Served.of(settings, needed, err::println);
        BeamSetup.start(served).get();
        return new Operations(runner, served, err);
    }

    ReportStore store() {
        return new ReportStore(settings.stateArea());
    }

    RunIndex index() {
        return new RunIndex(store());
    }

    /** The warehouse that holds the leases. */
    RedshiftConnection warehouse() {
        return settings.warehouse()
                .orElseThrow(() -> new InvalidInputException("runner '" + settings.name()
                        + "' has no connection of type redshift; a run keeps its lease and records in one"));
    }

    Lease lease(String leased) {
        return new Lease(warehouse(), leased, settings.limits().leaseSeconds());
    }

    /** The lease of a pipeline, or of its trial runs, where a process that may still live holds it. */
    Optional<Lease.Held> held(String leased) throws WarehouseException {
        return lease(leased)
                .look()
                .filter(held -> held.live() && !LaunchIdentity.ofThisProcess().knowsDead(held.holder()));
    }

    /** Whether a process that may still live works on the run. */
    boolean isRunning(RunEntry entry) throws WarehouseException {
        return held(leased(entry))
                .filter(held -> held.run().equals(entry.run()))
                .isPresent();
    }

    /** The name under which a run takes its lease: trial runs have one of their own. */
    static String leased(RunEntry entry) {
        return leased(entry.pipeline(), entry.trial());
    }

    static String leased(String pipeline, boolean trial) {
        return trial ? pipeline + "_trial" : pipeline;
    }

    /**
     * The entries of a run, one for each interval that it covers.
     *
     * @throws InvalidInputException where there is no such run
     */
    List<RunEntry> demandRun(String run) {
        List<RunEntry> found = RunRequest.isId(run) ? entries(run) : List.of();
        if (found.isEmpty()) {
            throw new InvalidInputException("the state area " + store().area() + " knows no run '" + run + "'"
                    + Spelling.nearest(run, reading(index()::runIds))
                            .map(meant -> "; did you mean '" + meant + "'?")
                            .orElse("; `tofro history` lists them; is --runner the one that it was started with?"));
        }
        return found;
    }

    /** The entries of a run: found by what was asked for in it, or else among all that there are, which takes longer. */
    List<RunEntry> entries(String run) {
        return reading(() -> {
            Optional<RunRequest> request = store().readRequest(run);
            if (request.isPresent()) {
                Instant start = request.get().intervalStart();
                List<RunEntry> found = index().within(request.get().pipeline(), start, start.plusMillis(1)).stream()
                        .filter(entry -> entry.run().equals(run))
                        .toList();
                if (!found.isEmpty()) {
                    return found;
                }
            }
            return index().find(run);
        });
    }

    /**
     * The name of a pipeline that was run once, or that has a file: as it was given, or as the file that was given says.
     *
     * @throws InvalidInputException where there is no such pipeline
     */
    String demandPipeline(String given) {
        Set<String> known = new TreeSet<>(reading(() -> new LatestRuns(store()).pipelines()));
        reading(() -> store().readAllWaiting()).forEach(waiting -> known.add(waiting.pipeline()));
        ScheduledPipelines.all().stream()
                .map(pipeline -> pipeline.spec().name())
                .forEach(known::add);
        if (known.contains(given)) {
            return given;
        }
        Optional<String> read =
                ScheduledPipelines.named(given).map(pipeline -> pipeline.spec().name());
        if (read.isPresent()) {
            return read.get();
        }
        throw new InvalidInputException("there is no pipeline '" + given + "', neither in the state area "
                + store().area() + " nor under pipelines/" + Spelling.hint(given, known));
    }

    /** What the state area answers; trouble with it ends the command with a sentence. */
    <T> T reading(Reading<T> reading) {
        try {
            return reading.get();
        } catch (IOException e) {
            throw new FailedException("cannot use the state area " + store().area() + ": " + e.getMessage()
                    + ". Look at state_area and the S3 connection of runner '" + settings.name() + "'");
        }
    }

    /** Something asked of the state area. */
    @FunctionalInterface
    interface Reading<T> {
        T get() throws IOException;
    }

    /** A command of Tofro on this environment, for a person to type. */
    String command(String words) {
        return "tofro " + words + (runner.equals("local") ? "" : " --runner " + runner);
    }

    /** Who types: {@code user@host}. */
    static String user() {
        @Nullable String user = System.getProperty("user.name");
        return (user == null ? "somebody" : user) + "@"
                + LaunchIdentity.ofThisProcess().host();
    }
}
