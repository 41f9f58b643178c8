package org.tofro.local.redshift;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Replacements of a statement's tokens, applied all at once. */
final class Edits {
    private record Edit(int start, int end, String text) {}

    private final Statement statement;
    private final List<Edit> edits = new ArrayList<>();

    Edits(Statement statement) {
        this.statement = statement;
    }

    /** Puts a text in the place of the tokens from here to there, the latter left out. */
    void replace(int from, int to, String text) {
        edits.add(new Edit(statement.at(from).start(), statement.at(to - 1).end(), text));
    }

    void remove(int from, int to) {
        replace(from, to, "");
    }

    void insertBefore(int index, String text) {
        int place = index >= statement.tokens().size()
                ? statement.at(statement.tokens().size() - 1).end()
                : statement.at(index).start();
        edits.add(new Edit(place, place, text));
    }

    String apply() {
        edits.sort(Comparator.comparingInt(Edit::start).thenComparingInt(Edit::end));
        StringBuilder sql = new StringBuilder();
        int done = 0;
        for (Edit edit : edits) {
            if (edit.start() < done) {
                continue;
            }
            sql.append(statement.text(), done, edit.start()).append(edit.text());
            done = edit.end();
        }
        return sql.append(statement.text().substring(done)).toString();
    }
}
