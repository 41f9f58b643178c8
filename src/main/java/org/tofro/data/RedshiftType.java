package org.tofro.data;

import java.io.Serializable;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A type of Redshift that COPY can fill from CSV, its many spellings made one. Names, limits and defaults are those of the
 * page "Data types" and of the pages below it in the Amazon Redshift Database Developer Guide: "Numeric types", "Character
 * types", "Datetime types", "Boolean type", "VARBYTE type", "SUPER type".
 *
 * @param kind which one
 * @param size bytes of a string or binary type, precision of a decimal; 0 where there is none
 * @param scale of a decimal; 0 where there is none
 */
public record RedshiftType(Kind kind, int size, int scale) implements Serializable {
    public static final int MAX_VARCHAR = 65_535;
    /** "The maximum size of a single input row from any source is 4 MB": "COPY", Database Developer Guide. */
    public static final int MAX_ROW = 4 << 20;

    public static final int MAX_VARBYTE = 16_777_216;
    public static final int MAX_CHAR = 4_096;
    public static final int MAX_PRECISION = 38;
    public static final int MAX_SCALE = 37;

    private static final Pattern SHAPE = Pattern.compile("([a-z][a-z0-9 ]*?)"
            + " ?(?:\\( ?(\\d{1,8}|max) ?(?:, ?(\\d{1,3}) ?)?\\))?" + "( (?:with|without) time zone)?");

    private static final Map<String, Kind> NAMES = Map.ofEntries(
            Map.entry("smallint", Kind.SMALLINT),
            Map.entry("int2", Kind.SMALLINT),
            Map.entry("integer", Kind.INTEGER),
            Map.entry("int", Kind.INTEGER),
            Map.entry("int4", Kind.INTEGER),
            Map.entry("bigint", Kind.BIGINT),
            Map.entry("int8", Kind.BIGINT),
            Map.entry("decimal", Kind.DECIMAL),
            Map.entry("numeric", Kind.DECIMAL),
            Map.entry("real", Kind.REAL),
            Map.entry("float4", Kind.REAL),
            Map.entry("double precision", Kind.DOUBLE),
            Map.entry("float8", Kind.DOUBLE),
            Map.entry("float", Kind.DOUBLE),
            Map.entry("boolean", Kind.BOOLEAN),
            Map.entry("bool", Kind.BOOLEAN),
            Map.entry("date", Kind.DATE),
            Map.entry("timestamp", Kind.TIMESTAMP),
            Map.entry("timestamp without time zone", Kind.TIMESTAMP),
            Map.entry("timestamptz", Kind.TIMESTAMPTZ),
            Map.entry("timestamp with time zone", Kind.TIMESTAMPTZ),
            Map.entry("time", Kind.TIME),
            Map.entry("time without time zone", Kind.TIME),
            Map.entry("timetz", Kind.TIMETZ),
            Map.entry("time with time zone", Kind.TIMETZ),
            Map.entry("char", Kind.CHAR),
            Map.entry("character", Kind.CHAR),
            Map.entry("nchar", Kind.CHAR),
            Map.entry("varchar", Kind.VARCHAR),
            Map.entry("character varying", Kind.VARCHAR),
            Map.entry("nvarchar", Kind.VARCHAR),
            Map.entry("varbyte", Kind.VARBYTE),
            Map.entry("varbinary", Kind.VARBYTE),
            Map.entry("binary varying", Kind.VARBYTE),
            Map.entry("super", Kind.SUPER));

    /** The types, each with the name under which Tofro's DDL has it. */
    public enum Kind {
        SMALLINT("smallint"),
        INTEGER("integer"),
        BIGINT("bigint"),
        DECIMAL("decimal"),
        REAL("real"),
        DOUBLE("double precision"),
        BOOLEAN("boolean"),
        DATE("date"),
        TIMESTAMP("timestamp"),
        TIMESTAMPTZ("timestamptz"),
        TIME("time"),
        TIMETZ("timetz"),
        CHAR("char"),
        VARCHAR("varchar"),
        VARBYTE("varbyte"),
        SUPER("super");

        private final String ddl;

        Kind(String ddl) {
            this.ddl = ddl;
        }

        /** Whether values of it are strings, which stand in quotes in staged files. */
        public boolean quoted() {
            return this == CHAR || this == VARCHAR || this == VARBYTE || this == SUPER;
        }

        /** Whether values of it are whole numbers. */
        public boolean integer() {
            return this == SMALLINT || this == INTEGER || this == BIGINT;
        }
    }

    public static RedshiftType of(Kind kind) {
        return new RedshiftType(kind, 0, 0);
    }

    /** A varchar of so many bytes, or of as many as there can be. */
    public static RedshiftType varchar(long bytes) {
        return new RedshiftType(Kind.VARCHAR, (int) Math.min(Math.max(bytes, 1), MAX_VARCHAR), 0);
    }

    public static RedshiftType varbyte(int bytes) {
        return new RedshiftType(Kind.VARBYTE, bytes, 0);
    }

    public static RedshiftType decimal(int precision, int scale) {
        return new RedshiftType(Kind.DECIMAL, precision, scale);
    }

    /** Reads a type as a user or a catalogue writes it; empty where COPY fills none like it. */
    public static Optional<RedshiftType> parse(String text) {
        Matcher shape = SHAPE.matcher(text.strip().toLowerCase(Locale.ROOT).replaceAll("\\s+", " "));
        if (!shape.matches()) {
            return Optional.empty();
        }
        String zone = shape.group(4) == null ? "" : shape.group(4);
        String first = shape.group(2);
        String name = shape.group(1) + zone;
        if (first == null && name.equals("text")) {
            return Optional.of(varchar(256));
        }
        if (first == null && name.equals("bpchar")) {
            return Optional.of(new RedshiftType(Kind.CHAR, 256, 0));
        }
        Kind kind = NAMES.get(name);
        return kind == null ? Optional.empty() : sized(kind, first, shape.group(3));
    }

    private static Optional<RedshiftType> sized(Kind kind, @Nullable String first, @Nullable String second) {
        int max = maximum(kind);
        if (max == 0) {
            return first == null || isMicroseconds(kind, first, second) ? Optional.of(of(kind)) : Optional.empty();
        }
        if (kind != Kind.DECIMAL && second != null) {
            return Optional.empty();
        }
        int size = first == null ? unsized(kind) : first.equals("max") ? max : Integer.parseInt(first);
        int scale = second == null ? 0 : Integer.parseInt(second);
        boolean fits = size >= 1 && size <= max && scale <= Math.min(size, MAX_SCALE);
        return fits ? Optional.of(new RedshiftType(kind, size, scale)) : Optional.empty();
    }

    /** PostgreSQL's catalogue says {@code timestamp(6)}; Redshift has no other resolution. */
    private static boolean isMicroseconds(Kind kind, String first, @Nullable String second) {
        boolean time = kind == Kind.TIMESTAMP || kind == Kind.TIMESTAMPTZ || kind == Kind.TIME || kind == Kind.TIMETZ;
        return time && first.equals("6") && second == null;
    }

    private static int maximum(Kind kind) {
        return switch (kind) {
            case CHAR -> MAX_CHAR;
            case VARCHAR -> MAX_VARCHAR;
            case VARBYTE -> MAX_VARBYTE;
            case DECIMAL -> MAX_PRECISION;
            default -> 0;
        };
    }

    /** What Redshift takes where no size is given. */
    private static int unsized(Kind kind) {
        return switch (kind) {
            case CHAR -> 1;
            case VARCHAR -> 256;
            case VARBYTE -> 64_000;
            default -> 18;
        };
    }

    /** The type as DDL has it, such as {@code varchar(256)}. */
    public String ddl() {
        return switch (kind) {
            case CHAR, VARCHAR, VARBYTE -> "%s(%d)".formatted(kind.ddl, size);
            case DECIMAL -> "decimal(%d,%d)".formatted(size, scale);
            default -> kind.ddl;
        };
    }
}
