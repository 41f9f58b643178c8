package org.tofro.run;

/**
 * This program as one that Flink has called: by {@code flink run-application} inside of the JobManager, whose JVM must not be
 * ended by it, or by {@code flink run} in the client.
 */
public final class FlinkProgram {
    private FlinkProgram() {}

    /** Whether Flink has called this program, on the calling thread. */
    public static boolean isThis() {
        // Asked of the class loader first, because most programs never load a class of Flink's.
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        return loader != null
                && loader.getClass().getName().startsWith("org.apache.flink.")
                && SurroundingFlink.isThere();
    }

    /**
     * Tells Flink how the program has ended, by returning or by throwing: an application whose exit code is not 0 is one that
     * failed.
     *
     * @param code the exit code that the program would have by itself
     */
    public static void end(int code) throws Exception {
        // In a class of its own: a JVM that verifies this one would load Flink's classes, also where Flink is not
        // there.
        SurroundingFlink.end(code);
    }
}
