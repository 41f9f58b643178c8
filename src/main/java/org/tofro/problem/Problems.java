package org.tofro.problem;

import java.util.ArrayList;
import java.util.List;

/** Collects problems, so that one reading of a file reports every one of them. */
public final class Problems {
    private final List<Problem> problems = new ArrayList<>();

    public void add(Span span, String message) {
        problems.add(new Problem(span, message));
    }

    public boolean isEmpty() {
        return problems.isEmpty();
    }

    /** Every problem so far, in the order in which they were found. */
    public List<Problem> all() {
        return List.copyOf(problems);
    }
}
