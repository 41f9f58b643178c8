package org.tofro.connect.transform;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
    private static final List<String> CALLERS =
            List.of("java.", "javax.", "jdk.", "sun.", "org.apache.beam.", "org.apache.flink.", "org.tofro.connect.");

    private static final String UNSAID = ". What it says may be of rows and is not shown; --debug logs it";

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

    /** Why the step has failed, where some frame of what ended the graph is of these classes; else empty. */
    Optional<String> failure(Throwable ended, Set<String> classes) {
        boolean own = false;
        Throwable cause = ended;
        for (Throwable each = ended; each != null; each = each.getCause()) {
            cause = each;
            own |= Arrays.stream(each.getStackTrace()).anyMatch(frame -> isOf(frame.getClassName(), classes));
        }
        return own ? Optional.of(sentence(cause)) : Optional.empty();
    }

    private boolean isOf(String frame, Set<String> classes) {
        return classes.contains(frame) || frame.equals(className) || frame.startsWith(className + "$");
    }

    /** Why the class cannot stand in a graph. There are no rows yet, so what Beam says of it is of the class alone. */
    String unfit(Throwable thrown) {
        LOG.log(Level.FINE, "the class '" + className + "' cannot be applied", thrown);
        StackTraceElement[] stack = thrown.getStackTrace();
        boolean ofBeam = stack.length > 0 && stack[0].getClassName().startsWith("org.apache.beam.");
        return "the class '" + className + "' cannot be applied: "
                + (ofBeam
                        ? String.valueOf(thrown.getMessage())
                        : "it has thrown " + thrown.getClass().getName() + where(thrown) + " when its graph was made"
                                + ". What it says is not shown; --debug logs it");
    }

    private String sentence(Throwable thrown) {
        return "the class '" + className + "' has thrown " + thrown.getClass().getName() + where(thrown) + UNSAID
                + ". Nothing was staged";
    }

    private static String where(Throwable thrown) {
        for (StackTraceElement frame : thrown.getStackTrace()) {
            if (CALLERS.stream().noneMatch(frame.getClassName()::startsWith)) {
                return " at " + frame.getClassName() + "." + frame.getMethodName()
                        + (frame.getFileName() == null
                                ? ""
                                : " (" + frame.getFileName() + ":" + frame.getLineNumber() + ")");
            }
        }
        return "";
    }
}
