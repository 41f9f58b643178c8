package org.tofro.run;

import org.apache.flink.configuration.Configuration;

/** Where Flink runs a graph. One instance serves one graph. */
sealed interface FlinkPlace extends AutoCloseable permits EmbeddedFlink, RemoteFlink, SurroundingFlink {
    /**
     * Gets ready to take a graph.
     *
     * @param configuration of the job, and of the cluster where that is started for it
     */
    void open(Configuration configuration) throws Exception;

    /** Subtasks of each operator, once it is open. */
    int parallelism();

    /** What submits one job to it. */
    HeldEnvironment environment();

    /** What ended a graph early, in words for who runs the pipeline where the place knows them. */
    default Exception explained(Exception trouble) {
        return trouble;
    }

    /** Ends what was started for the graph. */
    @Override
    void close() throws Exception;
}
