package org.tofro.connect.eventlog;

import java.io.Serializable;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.files.Compression;
import org.tofro.data.RedshiftType;
import org.tofro.data.Schema;
import org.tofro.settings.Secret;

/**
 * What is read of which files.
 *
 * @param paths patterns of the interval's files, with dates filled in
 * @param latePaths patterns of earlier files that are read again, because some of them may have come late
 * @param layout how the files are written
 * @param contract what their lines hold
 * @param distinct which lines are the same event
 * @param tolerance what is put up with
 * @param readers most threads that read; {@link #ANY_READERS} for as many as the machine bears
 */
public record EventLog(
        List<String> paths,
        List<String> latePaths,
        Layout layout,
        Contract contract,
        Distinct distinct,
        Tolerance tolerance,
        int readers)
        implements Serializable {
    public static final int ANY_READERS = 0;

    private static final int MOST_READERS = 4;

    public EventLog {
        paths = List.copyOf(paths);
        latePaths = List.copyOf(latePaths);
    }

    /** The same, whose masks by HMAC have that key. */
    public EventLog withKey(@Nullable Secret key) {
        Contract keyed = new Contract(
                contract.fields().stream().map(field -> field.withKey(key)).toList(),
                contract.unknown(),
                contract.restColumn());
        return new EventLog(paths, latePaths, layout, keyed, distinct, tolerance, readers);
    }

    /** Most threads that read on this machine. */
    int threads() {
        int processors = Runtime.getRuntime().availableProcessors();
        return readers == ANY_READERS ? Math.max(2, Math.min(MOST_READERS, processors)) : readers;
    }

    /** The columns that are staged. */
    Schema schema() {
        return new Schema(contract.columns().stream()
                .map(field -> field.column(layout.format().words()))
                .toList());
    }

    /** How lines are written. */
    public enum Format {
        JSON,
        CSV,
        TSV;

        String words() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * How files are written.
     *
     * @param compression null for what each file's name says
     * @param header whether the first line of a CSV or TSV file names its columns
     * @param nullAs what stands for NULL in CSV and TSV, outside of quotes
     */
    public record Layout(Format format, @Nullable Compression compression, boolean header, String nullAs)
            implements Serializable {}

    /** What becomes of what no field names. */
    public enum Unknown {
        IGNORE,
        REST,
        FAIL
    }

    /**
     * What a line holds.
     *
     * @param restColumn the column for what no field names; null unless it is kept
     */
    public record Contract(
            List<EventField> fields,
            Unknown unknown,
            @Nullable EventField restColumn) implements Serializable {
        public Contract {
            fields = List.copyOf(fields);
        }

        /** Whether a field can be of that type. */
        public static boolean takes(RedshiftType type) {
            return FieldForm.takes(type);
        }

        /** Whether a text is a JSON pointer. */
        public static boolean isPointer(String text) {
            return FieldTree.isPointer(text);
        }

        /** All columns, in order. */
        public List<EventField> columns() {
            return restColumn == null
                    ? fields
                    : Stream.concat(fields.stream(), Stream.of(restColumn)).toList();
        }
    }

    /**
     * Which lines are the same event.
     *
     * @param by the columns that tell; empty where every line is an event of its own
     * @param order the column whose first value is taken; null for the first line in the order of the files
     * @param descending whether the largest value comes first
     */
    public record Distinct(List<String> by, @Nullable String order, boolean descending) implements Serializable {
        public static final Distinct NONE = new Distinct(List.of(), null, false);

        public Distinct {
            by = List.copyOf(by);
        }

        /** Whether values of that type are one and the same where their texts are. */
        public static boolean tells(RedshiftType type) {
            return switch (type.kind()) {
                case DECIMAL, REAL, DOUBLE -> false;
                default -> true;
            };
        }

        /** Whether the first of several lines can be told by a column of that type. */
        public static boolean orders(RedshiftType type) {
            return FieldForm.orders(type);
        }
    }

    /**
     * What is put up with.
     *
     * @param maxRejects most lines that may be rejected
     * @param percent whether that is a percentage of the lines read
     * @param settle how long ago a file was written to at least
     * @param allowEmpty whether there may be no file
     */
    public record Tolerance(BigDecimal maxRejects, boolean percent, Duration settle, boolean allowEmpty)
            implements Serializable {
        /** How many, as it was written. */
        public String words() {
            return maxRejects.toPlainString() + (percent ? "%" : "");
        }

        boolean exceeded(long rejected, long read) {
            BigDecimal limit =
                    percent ? maxRejects.multiply(BigDecimal.valueOf(read)).movePointLeft(2) : maxRejects;
            return BigDecimal.valueOf(rejected).compareTo(limit) > 0;
        }
    }
}
