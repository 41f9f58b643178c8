package org.tofro.connect.warehouse;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A type of Redshift, its many spellings made one. See "Data types" in the Amazon Redshift Database Developer Guide.
 *
 * @param family the canonical name without length
 * @param first length or precision; 0 where it has none
 * @param second scale; 0 where it has none
 */
record WarehouseType(String family, int first, int second) {
    private static final Pattern FORM = Pattern.compile(
            "([a-z][a-z0-9_ ]*?)\\s*(?:\\(\\s*(\\d+|max)\\s*(?:,\\s*(\\d+)\\s*)?\\))?\\s*(with(?:out)? time zone)?");

    /** What turns into text without loss: not floats, which are cut to 15 digits, nor SUPER, whose objects become NULL. */
    private static final Set<String> PRINTED_EXACTLY =
            Set.of("varchar", "char", "numeric", "date", "timestamp", "timestamptz", "time", "timetz");

    static WarehouseType of(String ddl) {
        Matcher matcher = FORM.matcher(ddl.strip().toLowerCase(Locale.ROOT).replaceAll("\\s+", " "));
        if (!matcher.matches()) {
            return new WarehouseType(ddl.strip().toLowerCase(Locale.ROOT), 0, 0);
        }
        String name = matcher.group(4) == null ? matcher.group(1) : matcher.group(1) + " " + matcher.group(4);
        int first = matcher.group(2) == null
                ? 0
                : matcher.group(2).equals("max") ? 65535 : Integer.parseInt(matcher.group(2));
        int second = matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3));
        return switch (name) {
            case "int2", "smallint" -> new WarehouseType("smallint", 0, 0);
            case "int", "int4", "integer" -> new WarehouseType("integer", 0, 0);
            case "int8", "bigint" -> new WarehouseType("bigint", 0, 0);
            case "float4", "real" -> new WarehouseType("real", 0, 0);
            case "float", "float8", "double precision" -> new WarehouseType("double precision", 0, 0);
            case "decimal", "numeric" -> new WarehouseType("numeric", first == 0 ? 18 : first, second);
            case "bool", "boolean" -> new WarehouseType("boolean", 0, 0);
            case "timestamp", "timestamp without time zone" -> new WarehouseType("timestamp", 0, 0);
            case "timestamptz", "timestamp with time zone" -> new WarehouseType("timestamptz", 0, 0);
            case "time", "time without time zone" -> new WarehouseType("time", 0, 0);
            case "timetz", "time with time zone" -> new WarehouseType("timetz", 0, 0);
            case "varchar", "character varying", "nvarchar" ->
                new WarehouseType("varchar", first == 0 ? 256 : first, 0);
            case "text" -> new WarehouseType("varchar", 256, 0);
            case "char", "character", "nchar" -> new WarehouseType("char", first == 0 ? 1 : first, 0);
            case "bpchar" -> new WarehouseType("char", first == 0 ? 256 : first, 0);
            case "varbyte", "varbinary", "binary varying" ->
                new WarehouseType("varbyte", first == 0 ? 64000 : first, 0);
            default -> new WarehouseType(name, first, second);
        };
    }

    /** The same for a value that COPY reads from its text: a varchar takes any text as it is. */
    boolean loadableInto(WarehouseType target) {
        return target.family.equals("varchar") || carriedBy(target);
    }

    /**
     * Whether every value of this type that INSERT SELECT assigns arrives in {@code target} as it is, or is refused by the
     * server itself: an assignment that would round, cut or shift a value in silence is not carried.
     */
    boolean carriedBy(WarehouseType target) {
        if (equals(target)) {
            return true;
        }
        return switch (target.family) {
            // The server refuses what is out of range or too long, so these never change a value.
            case "varchar" -> isInteger() || PRINTED_EXACTLY.contains(family);
            case "smallint", "integer", "bigint" -> isInteger() || (family.equals("numeric") && second == 0);
            case "numeric" -> isInteger() || (family.equals("numeric") && second <= target.second);
            case "double precision" -> family.equals("real") || family.equals("smallint") || family.equals("integer");
            case "real" -> family.equals("smallint");
            case "timestamp" -> family.equals("date");
            case "varbyte" -> family.equals("varbyte");
            default -> false;
        };
    }

    /** Whether no value of this type is longer than a varchar of that width. */
    boolean fitsWithin(WarehouseType varchar) {
        return !(family.equals("varchar") || family.equals("char")) || first <= varchar.first;
    }

    private boolean isInteger() {
        return family.equals("smallint") || family.equals("integer") || family.equals("bigint");
    }
}
