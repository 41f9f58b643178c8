package org.tofro.run;

import java.time.Duration;
import java.util.Optional;

/** Something that a launch waits for and that others do. */
interface Awaited {
    /** What it is: {@code pipeline 'x'}. */
    String name();

    /** How long it is waited for. */
    Duration timeout();

    /** How long between two looks. */
    Duration refreshRate();

    /** Looks; returns what is missing of it, in words, or nothing where it is there. */
    Optional<String> missing();

    /** The clause that says that it is not there. */
    String sentence(String missing);
}
