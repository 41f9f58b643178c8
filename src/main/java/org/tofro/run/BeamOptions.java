package org.tofro.run;

import java.util.List;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.tofro.settings.Settings;

/** Beam's options for an environment, as its runner file sets them. */
public final class BeamOptions {
    private BeamOptions() {}

    /**
     * Has Beam look for the options that there are, on a thread of its own: it goes through the whole class path, which
     * takes half a second that reading files and taking the lease can use.
     */
    public static void prepare() {
        Thread thread = new Thread(PipelineOptionsFactory::create, "beam-options");
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((self, sameAgainFromTheCaller) -> {});
        thread.start();
    }

    /**
     * Makes them.
     *
     * @throws InvalidOptionException where the runner file names an option that Beam does not have
     */
    public static PipelineOptions of(Settings settings) {
        List<String> arguments = settings.beam().entrySet().stream()
                .map(option -> "--" + option.getKey() + "=" + option.getValue())
                .toList();
        PipelineOptions options;
        try {
            options = PipelineOptionsFactory.fromArgs(arguments.toArray(String[]::new))
                    .create();
        } catch (IllegalArgumentException e) {
            throw new InvalidOptionException("runner '" + settings.name() + "', beam: " + e.getMessage());
        }
        return options;
    }

    /** The runner file names an option that Beam does not have, or gives it a value that it does not take. */
    public static final class InvalidOptionException extends RuntimeException {
        InvalidOptionException(String message) {
            super(message);
        }
    }
}
