package org.tofro.connect.jdbc;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A type of Redshift that COPY can fill from CSV. Names and limits are those of the page "Data types" of Amazon's
 * Redshift Database Developer Guide.
 *
 * @param kind which one
 * @param size bytes of a string or binary type, precision of a decimal; 0 where there is none
 * @param scale of a decimal; 0 where there is none
 */
record RedshiftType(Kind kind, int size, int scale) {
    static final int MAX_VARCHAR = 65535;
    static final int MAX_VARBYTE = 1_024_000;
    static final int MAX_CHAR = 4096;
    static final int MAX_PRECISION = 38;
    static final int MAX_SCALE = 37;

    private static final Pattern SHAPE =
            Pattern.compile("\\s*([a-z][a-z0-9 ]*?)\\s*(?:\\(\\s*(\\d{1,7}|max)\\s*(?:,\\s*(\\d{1,3})\\s*)?\\))?\\s*");

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
            Map.entry("varchar", Kind.VARCHAR),
            Map.entry("character varying", Kind.VARCHAR),
            Map.entry("varbyte", Kind.VARBYTE),
            Map.entry("varbinary", Kind.VARBYTE),
            Map.entry("super", Kind.SUPER));

    /** The types, each with the name under which Tofro's DDL has it. */
    enum Kind {
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
        boolean text() {
            return this == CHAR || this == VARCHAR || this == VARBYTE || this == SUPER;
        }
    }

    static RedshiftType of(Kind kind) {
        return new RedshiftType(kind, 0, 0);
    }

    static RedshiftType varchar(long bytes) {
        return new RedshiftType(Kind.VARCHAR, (int) Math.min(Math.max(bytes, 1), MAX_VARCHAR), 0);
    }

    static RedshiftType decimal(int precision, int scale) {
        return new RedshiftType(Kind.DECIMAL, precision, scale);
    }

    /** Reads a type as a user writes it; empty where Redshift has none like it. */
    static Optional<RedshiftType> parse(String text) {
        Matcher shape = SHAPE.matcher(text.toLowerCase(Locale.ROOT));
        if (!shape.matches()) {
            return Optional.empty();
        }
        Kind kind = NAMES.get(shape.group(1).replaceAll("\\s+", " "));
        return kind == null ? Optional.empty() : sized(kind, shape.group(2), shape.group(3));
    }

    private static Optional<RedshiftType> sized(Kind kind, @Nullable String first, @Nullable String second) {
        int max = maximum(kind);
        if (max == 0) {
            return first == null ? Optional.of(of(kind)) : Optional.empty();
        }
        if (kind != Kind.DECIMAL && second != null) {
            return Optional.empty();
        }
        int size = first == null ? unsized(kind) : first.equals("max") ? max : Integer.parseInt(first);
        int scale = second == null ? 0 : Integer.parseInt(second);
        boolean fits = size >= 1 && size <= max && scale <= Math.min(size, MAX_SCALE);
        return fits ? Optional.of(new RedshiftType(kind, size, scale)) : Optional.empty();
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
            case VARBYTE -> 65535;
            default -> 18;
        };
    }

    /** The type as DDL has it, such as {@code varchar(256)}. */
    String ddl() {
        return switch (kind) {
            case CHAR, VARCHAR, VARBYTE -> "%s(%d)".formatted(kind.ddl, size);
            case DECIMAL -> "decimal(%d,%d)".formatted(size, scale);
            default -> kind.ddl;
        };
    }
}
