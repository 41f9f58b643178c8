package org.tofro.connect.transform;

import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.logicaltypes.MicrosInstant;
import org.apache.beam.sdk.schemas.logicaltypes.SqlTypes;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.data.RedshiftType;
import org.tofro.data.RedshiftType.Kind;

/**
 * How Redshift's types are spelled in Beam's rows. Every field may be null. A date is a {@code LocalDate}, a timestamp a
 * {@code LocalDateTime}, a timestamptz an {@code Instant}, a time a {@code LocalTime}; a timetz and a super are texts, a
 * varbyte is bytes.
 */
final class RowsSchema {
    private RowsSchema() {}

    /** The schema of rows of such columns. */
    static Schema of(List<ColumnChoice> columns) {
        Schema.Builder schema = Schema.builder();
        for (ColumnChoice column : columns) {
            schema.addNullableField(column.name(), field(type(column)));
        }
        return schema.build();
    }

    static RedshiftType type(ColumnChoice column) {
        return RedshiftType.parse(String.valueOf(column.type()))
                .orElseThrow(() -> new IllegalArgumentException(column.type() + " is no type of Redshift"));
    }

    private static FieldType field(RedshiftType type) {
        return switch (type.kind()) {
            case SMALLINT -> FieldType.INT16;
            case INTEGER -> FieldType.INT32;
            case BIGINT -> FieldType.INT64;
            case DECIMAL -> FieldType.DECIMAL;
            case REAL -> FieldType.FLOAT;
            case DOUBLE -> FieldType.DOUBLE;
            case BOOLEAN -> FieldType.BOOLEAN;
            case DATE -> FieldType.logicalType(SqlTypes.DATE);
            case TIMESTAMP -> FieldType.logicalType(SqlTypes.DATETIME);
            case TIMESTAMPTZ -> FieldType.logicalType(new MicrosInstant());
            case TIME -> FieldType.logicalType(SqlTypes.TIME);
            case VARBYTE -> FieldType.BYTES;
            case TIMETZ, CHAR, VARCHAR, SUPER -> FieldType.STRING;
        };
    }

    /** Whether rows of columns of these types look alike. */
    static boolean alike(RedshiftType one, RedshiftType other) {
        return field(one).equals(field(other));
    }

    /** The columns of what a class makes, where the pipeline does not name them. */
    static List<ColumnChoice> columns(String className, Schema schema) {
        List<ColumnChoice> columns = new ArrayList<>();
        for (Schema.Field field : schema.getFields()) {
            columns.add(new ColumnChoice(
                    field.getName(), null, type(className, field).ddl()));
        }
        return columns;
    }

    private static RedshiftType type(String className, Schema.Field field) {
        return switch (field.getType().getTypeName()) {
            case BYTE, INT16 -> RedshiftType.of(Kind.SMALLINT);
            case INT32 -> RedshiftType.of(Kind.INTEGER);
            case INT64 -> RedshiftType.of(Kind.BIGINT);
            case FLOAT -> RedshiftType.of(Kind.REAL);
            case DOUBLE -> RedshiftType.of(Kind.DOUBLE);
            case BOOLEAN -> RedshiftType.of(Kind.BOOLEAN);
            case STRING -> RedshiftType.varchar(RedshiftType.MAX_VARCHAR);
            case BYTES -> RedshiftType.varbyte(1_024_000);
            case DATETIME -> RedshiftType.of(Kind.TIMESTAMPTZ);
            case LOGICAL_TYPE -> logical(className, field);
            default -> throw unknown(className, field);
        };
    }

    private static RedshiftType logical(String className, Schema.Field field) {
        String name = field.getType().getLogicalType().getIdentifier();
        if (name.equals(SqlTypes.DATE.getIdentifier())) {
            return RedshiftType.of(Kind.DATE);
        }
        if (name.equals(SqlTypes.DATETIME.getIdentifier())) {
            return RedshiftType.of(Kind.TIMESTAMP);
        }
        if (name.equals(SqlTypes.TIME.getIdentifier())) {
            return RedshiftType.of(Kind.TIME);
        }
        if (name.equals(MicrosInstant.IDENTIFIER)) {
            return RedshiftType.of(Kind.TIMESTAMPTZ);
        }
        throw unknown(className, field);
    }

    private static ExtractException unknown(String className, Schema.Field field) {
        return ExtractException.permanent(
                "the class '" + className + "' makes the column '" + field.getName() + "' of the type "
                        + field.getType().getTypeName()
                        + ", whose type in Redshift does not follow from it; name all columns by"
                        + " `columns: [{name: ..., type: ...}]`");
    }
}
