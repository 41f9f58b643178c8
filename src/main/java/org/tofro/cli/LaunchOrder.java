package org.tofro.cli;

import java.util.Map;
import org.tofro.pipeline.PipelineSpec;
import org.tofro.report.RunRequest;

/**
 * A run that somebody wants launched.
 *
 * @param accepted the reasons why guards are overruled, by the guards' names
 * @param resume the command that goes on with the run
 */
record LaunchOrder(Loaded loaded, RunRequest request, Map<String, String> accepted, RunOptions options, String resume) {
    LaunchOrder {
        accepted = Map.copyOf(accepted);
    }

    /** Of a run that is resumed here, or where it was submitted. */
    static LaunchOrder of(Loaded loaded, RunRequest request, Map<String, String> accepted, RunOptions options) {
        String resume = options.submission == null
                ? ResumeLine.here(request.run(), request.runner())
                : ResumeLine.submitted(request.file(), request.run(), request.runner());
        return new LaunchOrder(loaded, request, accepted, options, resume);
    }

    PipelineSpec pipeline() {
        return loaded.graph().pipeline();
    }

    boolean isTrial() {
        return request.limit() != null;
    }

    /** The name under which it takes its lease. */
    String leased() {
        return Operations.leased(request.pipeline(), isTrial());
    }
}
