package org.tofro.connect.cassandra.write;

import com.datastax.oss.driver.api.core.type.DataType;
import com.datastax.oss.driver.api.core.type.ListType;
import com.datastax.oss.driver.api.core.type.MapType;
import com.datastax.oss.driver.api.core.type.SetType;
import com.datastax.oss.driver.api.core.type.TupleType;
import com.datastax.oss.driver.api.core.type.UserDefinedType;
import com.datastax.oss.driver.api.core.type.VectorType;
import com.datastax.oss.protocol.internal.ProtocolConstants;

/** The cell of every type. */
final class Cells {
    private Cells() {}

    static Cell of(DataType type) {
        return isOfParts(type) ? new JsonCell(JsonPart.of(type)) : single(type);
    }

    static boolean isOfParts(DataType type) {
        return type instanceof ListType
                || type instanceof SetType
                || type instanceof MapType
                || type instanceof TupleType
                || type instanceof UserDefinedType
                || type instanceof VectorType;
    }

    static Cell single(DataType type) {
        return switch (type.getProtocolCode()) {
            case ProtocolConstants.DataType.VARCHAR -> TextCells::text;
            case ProtocolConstants.DataType.ASCII -> TextCells::ascii;
            case ProtocolConstants.DataType.BLOB -> TextCells::blob;
            case ProtocolConstants.DataType.BOOLEAN -> TextCells::bool;
            case ProtocolConstants.DataType.UUID -> TextCells::uuid;
            case ProtocolConstants.DataType.TIMEUUID -> TextCells::timeuuid;
            case ProtocolConstants.DataType.INET -> TextCells::inet;
            case ProtocolConstants.DataType.BIGINT -> NumberCells::bigint;
            case ProtocolConstants.DataType.INT -> NumberCells::integer;
            case ProtocolConstants.DataType.SMALLINT -> NumberCells::smallint;
            case ProtocolConstants.DataType.TINYINT -> NumberCells::tinyint;
            case ProtocolConstants.DataType.VARINT -> NumberCells::varint;
            case ProtocolConstants.DataType.DECIMAL -> NumberCells::decimal;
            case ProtocolConstants.DataType.DOUBLE -> NumberCells::doubled;
            case ProtocolConstants.DataType.FLOAT -> NumberCells::single;
            case ProtocolConstants.DataType.DATE -> TimeCells::date;
            case ProtocolConstants.DataType.TIME -> TimeCells::time;
            case ProtocolConstants.DataType.TIMESTAMP -> TimeCells::timestamp;
            case ProtocolConstants.DataType.DURATION -> TimeCells::duration;
            case ProtocolConstants.DataType.COUNTER ->
                throw new IllegalArgumentException("a counter is added to and cannot be written");
            default -> throw new IllegalArgumentException("the type " + type.asCql(true, false) + " cannot be written");
        };
    }
}
