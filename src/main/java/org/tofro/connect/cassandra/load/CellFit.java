package org.tofro.connect.cassandra.load;

import com.datastax.oss.driver.api.core.type.DataType;
import com.datastax.oss.protocol.internal.ProtocolConstants;
import java.util.Set;
import org.tofro.data.Column;
import org.tofro.data.RedshiftType;

/** Whether a column of Cassandra holds every value of a staged column as it is, or refuses it aloud. */
final class CellFit {
    private static final Set<Integer> TEXT =
            Set.of(ProtocolConstants.DataType.VARCHAR, ProtocolConstants.DataType.ASCII);
    private static final Set<Integer> WHOLE = Set.of(
            ProtocolConstants.DataType.TINYINT,
            ProtocolConstants.DataType.SMALLINT,
            ProtocolConstants.DataType.INT,
            ProtocolConstants.DataType.BIGINT,
            ProtocolConstants.DataType.VARINT);

    private CellFit() {}

    static boolean keeps(Column staged, DataType type) {
        RedshiftType from = RedshiftType.parse(staged.type()).orElse(null);
        int to = type.getProtocolCode();
        if (from == null) {
            return true;
        }
        return switch (from.kind()) {
            // Text that is no value of the type is refused where it is encoded.
            case CHAR, VARCHAR, SUPER -> true;
            case VARBYTE -> to == ProtocolConstants.DataType.BLOB;
            case SMALLINT -> isNumber(to) || TEXT.contains(to);
            case INTEGER -> (isNumber(to) && to != ProtocolConstants.DataType.FLOAT) || TEXT.contains(to);
            case BIGINT -> WHOLE.contains(to) || to == ProtocolConstants.DataType.DECIMAL || TEXT.contains(to);
            case DECIMAL ->
                to == ProtocolConstants.DataType.DECIMAL
                        || TEXT.contains(to)
                        || (from.scale() == 0 && WHOLE.contains(to));
            // The shortest text of a real is another number where it is read as a double.
            case REAL ->
                to == ProtocolConstants.DataType.FLOAT || to == ProtocolConstants.DataType.DECIMAL || TEXT.contains(to);
            case DOUBLE ->
                to == ProtocolConstants.DataType.DOUBLE
                        || to == ProtocolConstants.DataType.DECIMAL
                        || TEXT.contains(to);
            case BOOLEAN -> to == ProtocolConstants.DataType.BOOLEAN || TEXT.contains(to);
            case DATE ->
                to == ProtocolConstants.DataType.DATE
                        || to == ProtocolConstants.DataType.TIMESTAMP
                        || TEXT.contains(to);
            case TIMESTAMP, TIMESTAMPTZ -> to == ProtocolConstants.DataType.TIMESTAMP || TEXT.contains(to);
            case TIME -> to == ProtocolConstants.DataType.TIME || TEXT.contains(to);
            case TIMETZ -> TEXT.contains(to);
        };
    }

    private static boolean isNumber(int code) {
        return WHOLE.contains(code)
                || code == ProtocolConstants.DataType.DECIMAL
                || code == ProtocolConstants.DataType.DOUBLE
                || code == ProtocolConstants.DataType.FLOAT;
    }
}
