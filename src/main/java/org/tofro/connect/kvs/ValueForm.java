package org.tofro.connect.kvs;

import org.tofro.connect.StepRefusal;

/**
 * What becomes of the warehouse's types: all whole numbers are {@code bigint}, so that a column that is made wider does not
 * change what is served; {@code super} is the text of its JSON.
 */
final class ValueForm {
    private ValueForm() {}

    /** The type in CQL of a column's values. */
    static String cql(String origin, SourceLayout.Value value) throws StepRefusal {
        return switch (value.redshift().kind()) {
            case SMALLINT, INTEGER, BIGINT -> "bigint";
            case DECIMAL -> "decimal";
            case REAL, DOUBLE -> "double";
            case BOOLEAN -> "boolean";
            case DATE -> "date";
            case TIMESTAMP, TIMESTAMPTZ -> "timestamp";
            case CHAR, VARCHAR, SUPER -> "text";
            case TIME, TIMETZ, VARBYTE ->
                throw new StepRefusal("%s: column '%s' is %s, which the store does not hold; cast it to varchar"
                        .formatted(origin, value.column(), value.type()));
        };
    }
}
