package org.tofro.kvs;

import java.util.ArrayList;
import java.util.List;

/**
 * A key: a value for each key column of a job, in their order. A value is of the column's own type ({@code Long} for a
 * bigint, {@code UUID} for a uuid, ...) or the text that stands for it, which the version's schema then says how to read.
 */
public record KvsKey(List<Object> parts) {
    public KvsKey {
        parts = List.copyOf(parts);
    }

    public static KvsKey of(Object... parts) {
        return new KvsKey(List.of(parts));
    }

    /**
     * A key as one text. That of one column stands as it is; the parts of others are separated by commas, and a comma or a
     * percent sign within a part is written {@code %2C} or {@code %25}.
     *
     * @throws KvsReadException where the text has another number of parts than the schema, or a wrong percent sign
     */
    public static KvsKey parse(JobName job, KvsSchema schema, String text) {
        if (schema.key().size() == 1) {
            return of(text);
        }
        List<Object> parts = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            parts.add(unescaped(job, part));
        }
        return new KvsKey(parts);
    }

    /** What a part, or the text of the only one, stands for where its commas and percent signs are escaped. */
    public static String unescaped(JobName job, String text) {
        try {
            return Percent.decoded(text);
        } catch (IllegalArgumentException e) {
            throw escape(job);
        }
    }

    private static KvsReadException escape(JobName job) {
        return new KvsReadException(
                KvsReadException.Reason.BAD_KEY,
                "job '" + job
                        + "': a percent sign in a key is followed by two digits of UTF-8 in hexadecimal, as in %2C"
                        + " for a comma; the sign itself is %25");
    }

    /** The key with each value of its column's own type. */
    KvsKey typed(JobName job, KvsSchema schema) {
        List<KvsColumn> columns = schema.key();
        if (parts.size() != columns.size()) {
            throw new KvsReadException(
                    KvsReadException.Reason.BAD_KEY,
                    "job '" + job + "': a key has " + columns.size() + (columns.size() == 1 ? " part (" : " parts (")
                            + names(columns) + "), and what was given has " + parts.size());
        }
        List<Object> typed = new ArrayList<>(parts.size());
        for (int i = 0; i < columns.size(); i++) {
            typed.add(KeyPart.typed(job, columns.get(i), parts.get(i)));
        }
        return new KvsKey(typed);
    }

    static String names(List<KvsColumn> columns) {
        return String.join(", ", columns.stream().map(KvsColumn::name).toList());
    }
}
