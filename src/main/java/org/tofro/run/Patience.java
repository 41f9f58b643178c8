package org.tofro.run;

/** How long a launch waits for other pipelines. */
public enum Patience {
    /** As the pipeline says. */
    AS_GIVEN,
    /** Not at all: what is not there at the first look is late. */
    ONE_LOOK,
    /** Not at all, and nothing is late. */
    NONE_NEEDED
}
