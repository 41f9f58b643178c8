package org.tofro.data;

import java.io.Serializable;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of a table as a database knows it: an optional schema and a name, unquoted words folded to lower case as
 * PostgreSQL and Redshift do.
 *
 * @param schema the schema, or null where the database's search path decides
 * @param name the table's own name, without quotes
 */
public record TableName(@Nullable String schema, String name) implements Serializable, Comparable<TableName> {
    private static final Pattern WORD = Pattern.compile("\\s*(?:([A-Za-z_][A-Za-z0-9_$]*)|\"((?:[^\"]|\"\")+)\")\\s*");

    public static TableName of(String schema, String name) {
        return new TableName(schema, name);
    }

    /** Reads {@code name} or {@code schema.name}, each a plain or a double-quoted word; empty where it is neither. */
    public static Optional<TableName> parse(String text) {
        Matcher first = WORD.matcher(text);
        if (!first.lookingAt()) {
            return Optional.empty();
        }
        if (first.end() == text.length()) {
            return Optional.of(new TableName(null, word(first)));
        }
        if (text.charAt(first.end()) != '.') {
            return Optional.empty();
        }
        Matcher second = WORD.matcher(text.substring(first.end() + 1));
        return second.matches() ? Optional.of(new TableName(word(first), word(second))) : Optional.empty();
    }

    private static String word(Matcher matcher) {
        String plain = matcher.group(1);
        return plain != null ? plain.toLowerCase(Locale.ROOT) : matcher.group(2).replace("\"\"", "\"");
    }

    /** The name as SQL writes it, every part quoted. */
    public String sql() {
        return schema == null ? quote(name) : quote(schema) + "." + quote(name);
    }

    /** An identifier as SQL writes it, in double quotes. */
    public static String quote(String identifier) {
        if (identifier.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("an identifier cannot hold a NUL character");
        }
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    @Override
    public int compareTo(TableName other) {
        return toString().compareTo(other.toString());
    }

    /** The name as a person writes it: {@code schema.name}. */
    @Override
    public String toString() {
        return schema == null ? name : schema + "." + name;
    }
}
