package org.tofro.run;

import org.apache.flink.api.common.JobID;
import org.apache.flink.api.java.ExecutionEnvironment;
import org.apache.flink.api.java.io.DiscardingOutputFormat;
import org.apache.flink.client.deployment.application.UnsuccessfulExecutionException;
import org.apache.flink.runtime.clusterframework.ApplicationStatus;

/**
 * This program as one that Flink has called: by {@code flink run-application} inside of the JobManager, whose JVM must not be
 * ended by it, or by {@code flink run} in the client.
 */
@SuppressWarnings("deprecation") // Beam's batch graphs are made of it
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
        if (code != 0) {
            throw new UnsuccessfulExecutionException(
                    new JobID(), ApplicationStatus.FAILED, "tofro ended with exit code " + code, null);
        }
        ExecutionEnvironment last = ExecutionEnvironment.getExecutionEnvironment();
        if (!(last instanceof HeldEnvironment)) {
            // An application without a job is a failed one to Flink; and there may have been nothing to do.
            last.fromElements(0).output(new DiscardingOutputFormat<>());
            last.execute("tofro had nothing to do");
        }
    }
}
