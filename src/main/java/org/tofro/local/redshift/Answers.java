package org.tofro.local.redshift;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns PostgreSQL's answers into those of Redshift. */
final class Answers {
    /** What Redshift says of itself; drivers choose their SQL by it. */
    private static final String VERSION = "8.0.2";
    /** The catalogue's CHECK constraint that holds a column to its length in bytes; c is for CHAR. */
    private static final Pattern BYTES = Pattern.compile("redshift_bytes_[0-9]+_([vc])_([0-9]+)");

    private final Isolation isolation;
    private @Nullable CopyCommand copying;

    Answers(Isolation isolation) {
        this.isolation = isolation;
    }

    /** What is being copied while its table is locked, if anything. */
    void copying(@Nullable CopyCommand copy) {
        copying = copy;
    }

    /** A ParameterStatus. */
    Message parameter(Message message) {
        Message.Reader reader = message.reader();
        return reader.text().equals("server_version") ? Message.of('S', "server_version", VERSION) : message;
    }

    /** A message that nobody asked for; null where the client is not to hear it. */
    @Nullable
    Message aside(Message message) {
        return switch (message.type()) {
            case 'S' -> parameter(message);
            case 'A' -> null;
            // "there is already a transaction in progress" and the like.
            default -> message;
        };
    }

    static Message info(String text) {
        Map<Character, String> fields = new LinkedHashMap<>();
        fields.put('S', "INFO");
        fields.put('C', "00000");
        fields.put('M', text);
        return Message.fields('N', fields);
    }

    /** The detail of error 1023 ("Serializable isolation", c_serial_isolation.html). */
    static String cycle(int pid) {
        return "Serializable isolation violation on table - 0, transactions forming the cycle are: 0, 0 (pid:%d)"
                .formatted(pid);
    }

    /** An ErrorResponse. */
    Message error(Message message, int pid) {
        Map<Character, String> fields = message.fields();
        String code = fields.getOrDefault('C', "");
        String text = fields.getOrDefault('M', "");
        switch (code) {
            case "40001" -> {
                fields.put('C', "XX000");
                fields.remove('H');
                if (isolation == Isolation.SERIALIZABLE) {
                    fields.put('M', "1023");
                    fields.put('D', cycle(pid));
                } else {
                    fields.put('M', "could not complete because of conflict with concurrent transaction");
                    fields.remove('D');
                }
            }
            case "23514" -> {
                Matcher bytes = BYTES.matcher(fields.getOrDefault('n', ""));
                if (bytes.matches()) {
                    fields.put('C', "22001");
                    fields.put(
                            'M',
                            "value too long for type character%s(%s)"
                                    .formatted(bytes.group(1).equals("v") ? " varying" : "", bytes.group(2)));
                    fields.remove('D');
                    fields.remove('n');
                }
            }
            case "21000" -> {
                if (text.startsWith("MERGE command cannot affect row a second time")) {
                    fields.put('C', "XX000");
                    fields.put('M', "Found multiple matches to update the same tuple.");
                    fields.remove('H');
                }
            }
            case "42P01" -> {
                if (copying != null) {
                    fields.put('C', "XX000");
                    fields.put('M', "Cannot COPY into nonexistent table " + copying.tableName());
                }
            }
            default -> {}
        }
        if ("exec_stmt_raise".equals(fields.get('R'))) {
            for (char place : new char[] {'F', 'L', 'R', 'W'}) {
                fields.remove(place);
            }
            if (fields.getOrDefault('D', "").isEmpty()) {
                fields.remove('D');
            }
        }
        return Message.fields('E', fields);
    }
}
