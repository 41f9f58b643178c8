package org.tofro.run;

import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;

/** What runs a graph: the direct runner or Flink. One instance runs one graph. */
interface Engine {
    /** Gets ready, and sets what the engine needs in the options that the graph is made with. */
    void configure(PipelineOptions options) throws Exception;

    /** Subtasks of each part of the graph, once the engine is ready. */
    int parallelism();

    /** Runs the graph to its end; throws what ended it early. */
    void run(Pipeline pipeline) throws Exception;

    /** Ends the graph as soon as it can; {@link #run} then returns or throws. May be called from any thread. */
    void cancel();
}
