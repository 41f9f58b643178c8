package org.tofro.connect.transform;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tofro.connect.extract.ExtractException;
import org.tofro.data.RedshiftType;
import org.tofro.data.TableName;

/**
 * A column of a query's result.
 *
 * @param name its name
 * @param engineType its type, as DuckDB spells it
 */
record QueryColumn(String name, String engineType) {
    private static final Pattern DECIMAL = Pattern.compile("DECIMAL\\((\\d+),(\\d+)\\)");

    /** The type of Redshift that holds its values. */
    RedshiftType type(String origin) {
        Matcher decimal = DECIMAL.matcher(engineType);
        if (decimal.matches()) {
            return RedshiftType.decimal(Integer.parseInt(decimal.group(1)), Integer.parseInt(decimal.group(2)));
        }
        return switch (engineType) {
            case "BOOLEAN" -> RedshiftType.of(RedshiftType.Kind.BOOLEAN);
            case "TINYINT", "UTINYINT", "SMALLINT" -> RedshiftType.of(RedshiftType.Kind.SMALLINT);
            case "USMALLINT", "INTEGER" -> RedshiftType.of(RedshiftType.Kind.INTEGER);
            case "UINTEGER", "BIGINT" -> RedshiftType.of(RedshiftType.Kind.BIGINT);
            case "UBIGINT" -> RedshiftType.decimal(20, 0);
            case "HUGEINT", "UHUGEINT", "BIGNUM" -> RedshiftType.decimal(RedshiftType.MAX_PRECISION, 0);
            case "FLOAT" -> RedshiftType.of(RedshiftType.Kind.REAL);
            case "DOUBLE" -> RedshiftType.of(RedshiftType.Kind.DOUBLE);
            case "VARCHAR", "JSON" -> RedshiftType.varchar(RedshiftType.MAX_VARCHAR);
            case "UUID" -> RedshiftType.varchar(36);
            case "DATE" -> RedshiftType.of(RedshiftType.Kind.DATE);
            case "TIME" -> RedshiftType.of(RedshiftType.Kind.TIME);
            case "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS" -> RedshiftType.of(RedshiftType.Kind.TIMESTAMP);
            case "TIMESTAMP WITH TIME ZONE" -> RedshiftType.of(RedshiftType.Kind.TIMESTAMPTZ);
            case "TIME WITH TIME ZONE" -> RedshiftType.of(RedshiftType.Kind.TIMETZ);
            case "BLOB" -> RedshiftType.varbyte(1_024_000);
            default ->
                throw ExtractException.permanent("the query (" + origin + ") has the column '" + name + "' of the type "
                        + shortened() + ", which has no place in Redshift; cast it, for example to "
                        + (engineType.equals("TIMESTAMP_NS") ? "timestamp" : "varchar or json"));
        };
    }

    private String shortened() {
        return engineType.length() > 60 ? engineType.substring(0, 57) + "..." : engineType;
    }

    /** What selects it in the form in which plain files have it. */
    String expression() {
        String quoted = TableName.quote(name);
        return switch (engineType) {
            // An empty field would be taken for NULL, and COPY makes NULL of an empty varbyte.
            case "BLOB" ->
                "CASE WHEN octet_length(" + quoted
                        + ") = 0 THEN error('an empty BLOB cannot be loaded; cast it, or take"
                        + " NULL') ELSE lower(hex(" + quoted + ")) END AS " + quoted;
            case "TIMESTAMP_S", "TIMESTAMP_MS" -> "CAST(" + quoted + " AS TIMESTAMP) AS " + quoted;
            case "UUID", "JSON" -> "CAST(" + quoted + " AS VARCHAR) AS " + quoted;
            default -> quoted;
        };
    }

    /** Whether its values stand in quotes, so that the empty string is not nothing. */
    boolean isText() {
        return switch (engineType) {
            case "VARCHAR", "JSON", "UUID" -> true;
            default -> false;
        };
    }
}
