package org.tofro.connect.transform;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.tofro.connect.extract.CommittedAttempt;
import org.tofro.connect.staging.AttemptPath;
import org.tofro.connect.staging.StagingArea;

/**
 * Where a user's class that has thrown an exception is noted, by whatever worker it ran on, for the element that ends the
 * step: an object of the staging area, which only this one graph of this run knows. A note says what kind of exception it
 * was and where it was thrown; what it says itself may be of rows.
 *
 * @param className the class
 * @param place the step
 * @param graph what tells the graph from an earlier one of the run
 */
record ClassTrouble(String className, CommittedAttempt.Place place, String graph) implements Serializable {
    private static final Logger LOG = Logger.getLogger(ClassTrouble.class.getName());

    /** Frames of these say how the code was called and not where it is. */
    private static final List<String> CALLERS = List.of("java.", "javax.", "jdk.", "sun.", "org.apache.beam.");

    static ClassTrouble of(String className, CommittedAttempt.Place place) {
        return new ClassTrouble(className, place, UUID.randomUUID().toString().substring(0, 8));
    }

    /** Notes an exception. */
    void note(Throwable thrown) {
        LOG.log(Level.FINE, "the class '" + className + "' failed", thrown);
        try (StagingArea area = StagingArea.open(place.stagingArea(), place.s3())) {
            area.put(name(), sentence(thrown).getBytes(StandardCharsets.UTF_8));
        }
    }

    /** What was noted, by whomever; empty where nothing was. */
    Optional<String> noted(StagingArea area) {
        return area.read(name()).map(content -> new String(content, StandardCharsets.UTF_8));
    }

    private String name() {
        return new AttemptPath(place.run().pipeline(), place.run().run(), place.step(), "class-" + graph).folder()
                + "trouble.txt";
    }

    private String sentence(Throwable thrown) {
        StackTraceElement[] stack = thrown.getStackTrace();
        String where = "";
        for (StackTraceElement frame : stack) {
            if (CALLERS.stream().noneMatch(frame.getClassName()::startsWith)) {
                where = " at " + frame.getClassName() + "." + frame.getMethodName()
                        + (frame.getFileName() == null
                                ? ""
                                : " (" + frame.getFileName() + ":" + frame.getLineNumber() + ")");
                break;
            }
        }
        return "the class '" + className + "' has thrown " + thrown.getClass().getName() + where
                + ". What it says may be of rows and is not shown; --debug logs it. Nothing was staged";
    }
}
