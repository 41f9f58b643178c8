package org.tofro.connect.rds;

import java.io.Serializable;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A statement that inserts one row, with a question mark for each staged value.
 *
 * @param text the statement
 * @param places how many question marks it has
 * @param group where the list of values behind VALUES begins, with its parenthesis; null where there is none
 * @param end where that list ends
 */
public record InsertQuery(String text, int places, @Nullable Integer group, int end) implements Serializable {
    private static final Pattern SKIPPED = Pattern.compile(
            "'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`(?:[^`]|``)*`|--[^\\n]*|/\\*.*?\\*/|\\$(\\w*)\\$.*?\\$\\1\\$",
            Pattern.DOTALL);

    private static final Pattern SETTLES = Pattern.compile(
            "(?i)\\bon\\s+conflict\\b|\\bon\\s+duplicate\\s+key\\b|\\bnot\\s+exists\\b|^\\s*replace\\b|^\\s*insert\\s+ignore\\b");

    /** Reads a statement; empty where it is not one INSERT with places. */
    public static Optional<InsertQuery> parse(String sql) {
        String text = sql.strip().replaceFirst("(?:;\\s*)+$", "");
        String bare = blanked(text);
        int places = (int) bare.chars().filter(c -> c == '?').count();
        if (places == 0 || bare.indexOf(';') >= 0 || !bare.strip().matches("(?is)(insert|replace)\\s.*")) {
            return Optional.empty();
        }
        Matcher values = Pattern.compile("(?i)\\bvalues\\s*\\(").matcher(bare);
        if (!values.find()) {
            return Optional.of(new InsertQuery(text, places, null, 0));
        }
        int begin = values.end() - 1;
        int depth = 0;
        for (int at = begin; at < bare.length(); at++) {
            depth += bare.charAt(at) == '(' ? 1 : bare.charAt(at) == ')' ? -1 : 0;
            if (depth == 0) {
                boolean all =
                        bare.substring(begin, at).chars().filter(c -> c == '?').count() == places;
                boolean one = !bare.substring(at + 1).stripLeading().startsWith(",");
                return Optional.of(new InsertQuery(text, places, all && one ? begin : null, at + 1));
            }
        }
        return Optional.empty();
    }

    /** The statement that does the same for so many rows; the list of values must stand in it. */
    String forRows(int rows) {
        int begin = java.util.Objects.requireNonNull(group, "no list of values");
        String one = text.substring(begin, end);
        return text.substring(0, begin) + one + (", " + one).repeat(rows - 1) + text.substring(end);
    }

    /** Whether it does no more than insert the row: each row then changes one. */
    boolean plain() {
        return group != null && text.substring(end).isBlank() && blanked(text).matches("(?is)insert\\s+into\\s.*");
    }

    /** Whether it says what becomes of a row that is there already, so that it may come again. */
    boolean settles() {
        return SETTLES.matcher(blanked(text)).find();
    }

    /** The same text with blanks in place of quoted words and comments. */
    private static String blanked(String text) {
        return SKIPPED.matcher(text).replaceAll(match -> " ".repeat(match.end() - match.start()));
    }
}
