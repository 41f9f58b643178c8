package org.tofro.run;

/** Why an engine could not run a graph, where that can be said in words for who runs the pipeline. */
final class EngineException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param message what is wrong, and what to do */
    EngineException(String message, Throwable cause) {
        super(message, cause);
    }

    /** @param message what is wrong, and what to do */
    EngineException(String message) {
        super(message);
    }
}
