package org.tofro.cli;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptions;
import org.tofro.connect.staging.BeamFileSystem;
import org.tofro.report.ReportStore;
import org.tofro.run.BeamOptions;
import org.tofro.settings.Settings;

/**
 * Beam's options and file systems for an environment, made on a thread of their own: that takes most of a second, in
 * which the lease can be taken.
 */
final class BeamSetup implements Supplier<PipelineOptions> {
    private static final Logger LOG = Logger.getLogger(BeamSetup.class.getName());

    private final CompletableFuture<PipelineOptions> options;

    private BeamSetup(CompletableFuture<PipelineOptions> options) {
        this.options = options;
    }

    /** @param settings with stand-ins' addresses filled in */
    static BeamSetup start(Settings settings) {
        CompletableFuture<PipelineOptions> options = new CompletableFuture<>();
        Thread thread = new Thread(() -> setUp(settings, options), "beam-setup");
        thread.setDaemon(true);
        thread.start();
        return new BeamSetup(options);
    }

    private static void setUp(Settings settings, CompletableFuture<PipelineOptions> options) {
        try {
            PipelineOptions made = BeamOptions.of(settings);
            BeamFileSystem.configure(made, settings.stagingS3());
            FileSystems.setDefaultPipelineOptions(made);
            options.complete(made);
            reach(settings.stateArea());
        } catch (RuntimeException | Error e) {
            options.completeExceptionally(e);
        }
    }

    /** The first call makes the client, which takes longer than the call; what is wrong, the first write says. */
    private static void reach(String stateArea) {
        try {
            new ReportStore(stateArea).readRequest("none");
        } catch (IOException e) {
            LOG.log(Level.FINE, "the state area cannot be read", e);
        }
    }

    /**
     * The options, once they are made; Beam's file systems can be used then.
     *
     * @throws InvalidInputException where the runner file has an option that Beam does not have
     */
    @Override
    public PipelineOptions get() {
        try {
            return options.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof BeamOptions.InvalidOptionException invalid) {
                throw new InvalidInputException(String.valueOf(invalid.getMessage()));
            }
            throw e;
        }
    }
}
