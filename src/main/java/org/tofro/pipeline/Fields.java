package org.tofro.pipeline;

/** The fields of one step, typed and aware of their positions. Asking for a field declares it. */
public interface Fields {}
