package org.tofro.run;

import org.jspecify.annotations.Nullable;

/** What is done on the launcher's machine before the first step of a launch. */
@FunctionalInterface
public interface Preparation {
    /**
     * Does it, unless the work is to end.
     *
     * @return why it failed, to be read after "the run was ended: "; null where it did not
     */
    @Nullable
    String perform(EarlyEnd end) throws InterruptedException;
}
