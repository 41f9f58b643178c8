package org.tofro.problem;

import java.util.ArrayList;
import java.util.List;

/** Collects problems, so that one reading of a file reports every one of them. */
public final class Problems {
    private final List<Problem> problems = new ArrayList<>();

    public void add(Span span, String message) {
        add(new Problem(span, message));
    }

    public void add(Problem problem) {
        problems.add(problem);
    }

    /** Adds a problem in a line that may hold a secret: the line itself is never shown. */
    public void addUnquoted(Span span, String message) {
        add(new Problem(span, message, false));
    }

    public boolean isEmpty() {
        return problems.isEmpty();
    }

    /** Every problem so far, in the order in which they were found. */
    public List<Problem> all() {
        return List.copyOf(problems);
    }
}
