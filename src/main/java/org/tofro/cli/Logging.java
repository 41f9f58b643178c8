package org.tofro.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.logging.ConsoleHandler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** What the program says on standard error: Tofro's own lines, and of the engine and the drivers only warnings. */
public final class Logging {
    /** Loggers whose levels were set here: the JDK forgets the level of a logger that nobody holds. */
    private static final List<Logger> OURS = List.of(Logger.getLogger(""), Logger.getLogger("org.tofro"));

    private Logging() {}

    /**
     * Sets the levels of {@code logging.properties} and one line per record on standard error.
     *
     * @param debug more of everything, with stack traces
     */
    public static void configure(boolean debug) {
        try (InputStream levels = Logging.class.getResourceAsStream("logging.properties")) {
            if (levels == null) {
                throw new IllegalStateException("logging.properties is not on the class path");
            }
            LogManager.getLogManager().readConfiguration(levels);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read logging.properties", e);
        }
        ConsoleHandler standardError = new ConsoleHandler();
        standardError.setLevel(Level.ALL);
        standardError.setFormatter(new LineFormatter(debug));
        Logger root = OURS.get(0);
        for (var handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        root.addHandler(standardError);
        if (debug) {
            root.setLevel(Level.INFO);
            OURS.get(1).setLevel(Level.FINE);
        }
    }
}
