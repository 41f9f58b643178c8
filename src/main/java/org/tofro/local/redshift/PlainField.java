package org.tofro.local.redshift;

/**
 * Knows the plain form of a type's values: that in which a field goes to PostgreSQL byte by byte as it is, and only bytea's
 * gets a sign in front. Nearly every field has it, and this tells so without making an object. A no says nothing: {@link
 * FieldConversion} has the last word, and would give the same for every yes.
 */
interface PlainField {
    boolean is(byte[] data, int start, int end);

    static PlainField of(CopyColumn column, CopyCommand.Options options) {
        return switch (column.type()) {
            case "varchar", "bpchar", "text" -> PlainText.of(column, options);
            case "int2" -> (data, start, end) -> PlainNumber.isInteger(data, start, end, Short.MAX_VALUE);
            case "int4" -> (data, start, end) -> PlainNumber.isInteger(data, start, end, Integer.MAX_VALUE);
            case "int8" -> (data, start, end) -> PlainNumber.isInteger(data, start, end, Long.MAX_VALUE);
            case "numeric" -> {
                int whole = column.wholeDigits();
                int scale = column.scale();
                yield (data, start, end) -> PlainNumber.isDecimal(data, start, end, whole, scale);
            }
            case "float4", "float8" -> PlainNumber::isFloat;
            case "bool" -> PlainField::isBoolean;
            case "date" ->
                (data, start, end) -> end - start == PlainTime.DAY && PlainTime.startsWithDay(data, start, end);
            case "timestamp", "timestamptz" ->
                options.timeFormat() != null && options.timeFormat().startsWith("epoch")
                        ? (data, start, end) -> false
                        : PlainTime::isTimestamp;
            case "bytea" -> PlainText::isHex;
            default -> PlainText::isPrintable;
        };
    }

    private static boolean isBoolean(byte[] data, int start, int end) {
        if (end - start != 1) {
            return false;
        }
        return switch (data[start]) {
            case 't', 'f', 'T', 'F', 'y', 'n', 'Y', 'N', '1', '0' -> true;
            default -> false;
        };
    }
}
