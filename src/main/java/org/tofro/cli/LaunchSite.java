package org.tofro.cli;

import java.io.PrintStream;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.tofro.local.Stack;
import org.tofro.pipeline.StepSpec;
import org.tofro.report.ReportStore;
import org.tofro.run.BusyException;
import org.tofro.run.HostPlaces;
import org.tofro.settings.RedshiftConnection;
import org.tofro.settings.S3Connection;
import org.tofro.settings.Settings;

/** What a launch stands on: its environment with the stand-ins up, Beam being set up, and a place among this host's runs. */
final class LaunchSite {
    private final Settings settings;
    private final Supplier<Settings> serving;
    private final BeamSetup beam;
    private final HostPlaces places;
    private final Instant askedAt;

    /**
     * @param settings with the addresses that are needed to reach the state area and what is waited for
     * @param serving gives the settings with all addresses
     * @param askedAt since when somebody wants the first run that is launched
     */
    private LaunchSite(Settings settings, Supplier<Settings> serving, HostPlaces places, Instant askedAt) {
        this.settings = settings;
        this.serving = serving;
        this.beam = BeamSetup.start(settings);
        this.places = places;
        this.askedAt = askedAt;
    }

    /**
     * Takes a place for runs on this host, serves the stand-ins that the pipeline needs, and starts to set Beam up; where
     * it waits for what others do, the place and most stand-ins come later.
     *
     * @param askedAt since when somebody wants the run
     */
    static LaunchSite of(Loaded loaded, HostPlaces places, Instant askedAt, PrintStream err)
            throws BusyException, InterruptedException {
        Served.demandMaskKey(loaded);
        return waits(loaded) ? waiting(loaded, places, askedAt, err) : placed(loaded, places, askedAt, err);
    }

    /** For a run that a cluster is to launch: serves what is needed to wait for what others do, and takes a place later. */
    static LaunchSite elsewhere(Loaded loaded, HostPlaces places, Instant askedAt, PrintStream err) {
        return waiting(loaded, places, askedAt, err);
    }

    private static LaunchSite waiting(Loaded loaded, HostPlaces places, Instant askedAt, PrintStream err) {
        Set<String> first = store(loaded.settings());
        loaded.graph().steps().stream()
                .filter(StepSpec::isWait)
                .forEach(step -> first.addAll(step.step().tables().connections()));
        return new LaunchSite(
                serve(loaded.settings(), first, err),
                () -> serve(loaded.settings(), needed(loaded.settings(), loaded.connections()), err),
                places,
                askedAt);
    }

    /**
     * Takes a place for runs on this host, unless the pipeline's deadline comes first, serves the stand-ins that it needs and
     * starts to set Beam up.
     */
    static LaunchSite placed(Loaded loaded, HostPlaces places, Instant askedAt, PrintStream err)
            throws BusyException, InterruptedException {
        // As long as it waits, this process has loaded hardly anything.
        places.take(loaded.graph().pipeline().rules().deadline(), askedAt);
        Settings served = serve(loaded.settings(), needed(loaded.settings(), loaded.connections()), err);
        return new LaunchSite(served, () -> served, places, askedAt);
    }

    /** For a look at the state area, where nothing is to be launched. */
    static LaunchSite look(Settings settings, PrintStream err) {
        Settings served = serve(settings, store(settings), err);
        return new LaunchSite(served, () -> served, HostPlaces.any(), Instant.now());
    }

    /** Whether something is waited for before anything is started. */
    static boolean waits(Loaded loaded) {
        return !loaded.graph().pipeline().rules().needs().isEmpty()
                || !loaded.graph().leadingWaits().isEmpty();
    }

    private static Settings serve(Settings settings, Set<String> connections, PrintStream err) {
        return Served.of(settings, connections, err::println);
    }

    /** Names of the connections that a run of a pipeline needs which names these itself. */
    static Set<String> needed(Settings settings, Set<String> connections) {
        Set<String> needed = new TreeSet<>(connections);
        needed.addAll(store(settings));
        settings.warehouse().map(RedshiftConnection::name).ifPresent(needed::add);
        if (settings.runner() == Settings.Runner.FLINK) {
            needed.add(Stack.FLINK);
        }
        return needed;
    }

    private static Set<String> store(Settings settings) {
        return Optional.ofNullable(settings.stagingS3()).map(S3Connection::name).stream()
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The environment, with the addresses that are needed to reach the state area and what is waited for. */
    Settings settings() {
        return settings;
    }

    /** The environment with all addresses: starts what does not run yet. */
    Settings serve() {
        return serving.get();
    }

    BeamSetup beam() {
        return beam;
    }

    HostPlaces places() {
        return places;
    }

    Instant askedAt() {
        return askedAt;
    }

    /** The state area, once it can be used. */
    ReportStore store() {
        beam.get();
        return new ReportStore(settings.stateArea());
    }
}
