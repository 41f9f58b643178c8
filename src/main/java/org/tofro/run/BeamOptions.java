package org.tofro.run;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.io.aws2.options.S3Options;
import org.apache.beam.sdk.options.ExperimentalOptions;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.options.PipelineOptionsRegistrar;
import org.apache.beam.sdk.options.SdkHarnessOptions;
import org.tofro.settings.Settings;

/** Beam's options for an environment, as its runner file sets them. */
public final class BeamOptions {
    private BeamOptions() {}

    /** Has Beam get ready to make options, on a thread of its own, while files are read and the lease is taken. */
    public static void prepare() {
        Thread thread = new Thread(() -> register(DirectOptions.class), "beam-options");
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
        register(settings.runner() == Settings.Runner.FLINK ? FlinkPipelineOptions.class : DirectOptions.class);
        PipelineOptions options;
        try {
            options = PipelineOptionsFactory.fromArgs(arguments.toArray(String[]::new))
                    .create();
        } catch (IllegalArgumentException e) {
            throw new InvalidOptionException("runner '" + settings.name() + "', beam: " + e.getMessage());
        }
        return options;
    }

    /**
     * Makes options of the engine known to Beam, beside those of S3. Where this is the first that Beam is asked for, it
     * finds none on the class path by itself: it would compare each of those of all its parts with all others, which
     * takes a second of CPU time.
     */
    private static void register(Class<? extends PipelineOptions> engine) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(new WithoutRegistrars(before));
        try {
            PipelineOptionsFactory.register(engine);
        } finally {
            thread.setContextClassLoader(before);
        }
        PipelineOptionsFactory.register(S3Options.class);
        PipelineOptionsFactory.register(SdkHarnessOptions.class);
        PipelineOptionsFactory.register(ExperimentalOptions.class);
    }

    /** Finds everything but the services that would register options. */
    private static final class WithoutRegistrars extends ClassLoader {
        private static final String SERVICE = "META-INF/services/" + PipelineOptionsRegistrar.class.getName();

        WithoutRegistrars(ClassLoader parent) {
            super(parent);
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            return name.equals(SERVICE) ? Collections.emptyEnumeration() : super.getResources(name);
        }
    }

    /** The runner file names an option that Beam does not have, or gives it a value that it does not take. */
    public static final class InvalidOptionException extends RuntimeException {
        InvalidOptionException(String message) {
            super(message);
        }
    }
}
