package org.tofro.connect.rds;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tofro.data.Column;
import org.tofro.data.RedshiftType;

/**
 * Whether a column of RDS holds every value of a staged column as it is, or refuses it aloud. Both servers round decimals
 * and fractions of seconds, and cut the time off a date, without a word; MySQL rounds decimals to integers as well.
 */
final class ColumnFit {
    private static final Pattern FRACTION = Pattern.compile("\\((\\d)\\)");
    static final Set<String> DECIMALS = Set.of("numeric", "decimal");
    static final Set<String> INTEGERS = Set.of("smallint", "integer", "bigint", "int", "tinyint", "mediumint");
    private static final Set<String> DOUBLES = Set.of("double precision", "double");
    private static final Set<String> REALS = Set.of("real", "float");
    private static final Set<String> BOOLEANS = Set.of("boolean", "tinyint", "bit");

    private ColumnFit() {}

    static boolean keeps(Column staged, TargetTable.Field field) {
        RedshiftType type = RedshiftType.parse(staged.type()).orElse(null);
        String to = field.type();
        if (type == null || isText(to)) {
            return true;
        }
        return switch (type.kind()) {
            // Whether it does is a matter of each text, see TextFit.
            case CHAR, VARCHAR, SUPER -> true;
            case VARBYTE -> to.equals("bytea") || to.contains("blob") || to.contains("binary");
            case SMALLINT -> isNumber(to) || REALS.contains(to) || DOUBLES.contains(to);
            case INTEGER -> isNumber(to) || DOUBLES.contains(to);
            case BIGINT -> isNumber(to);
            case DECIMAL ->
                (DECIMALS.contains(to) && roomFor(field.scale(), type.scale()))
                        || (type.scale() == 0 && INTEGERS.contains(to));
            // The shortest text of a real is another number where it is read as a double.
            case REAL -> REALS.contains(to) || unlimited(to, field);
            case DOUBLE -> DOUBLES.contains(to) || unlimited(to, field);
            case BOOLEAN -> BOOLEANS.contains(to);
            case DATE -> to.equals("date") || to.startsWith("timestamp") || to.equals("datetime");
            case TIMESTAMP, TIMESTAMPTZ ->
                (to.startsWith("timestamp") || to.equals("datetime"))
                        && roomFor(field.scale(), fraction(staged.sourceType()));
            case TIME ->
                to.startsWith("time")
                        && !to.startsWith("timestamp")
                        && roomFor(field.scale(), fraction(staged.sourceType()));
            case TIMETZ -> to.equals("time with time zone") && roomFor(field.scale(), fraction(staged.sourceType()));
        };
    }

    private static boolean isText(String type) {
        return type.contains("char") || type.contains("text");
    }

    private static boolean isNumber(String type) {
        return INTEGERS.contains(type) || DECIMALS.contains(type);
    }

    private static boolean unlimited(String type, TargetTable.Field field) {
        return DECIMALS.contains(type) && field.scale() == null;
    }

    private static boolean roomFor(@Nullable Integer scale, int needed) {
        return scale == null || scale >= needed;
    }

    /** How many digits behind the seconds the source's type has; six where it does not say. */
    private static int fraction(String sourceType) {
        Matcher given = FRACTION.matcher(sourceType);
        return given.find() ? Integer.parseInt(given.group(1)) : sourceType.startsWith("datetime") ? 0 : 6;
    }
}
