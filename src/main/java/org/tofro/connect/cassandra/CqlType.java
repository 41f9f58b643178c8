package org.tofro.connect.cassandra;

import com.datastax.oss.driver.api.core.type.DataType;
import com.datastax.oss.protocol.internal.ProtocolConstants;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.types.Conversions;
import org.tofro.connect.types.SourceType;
import org.tofro.connect.types.TimeCheck;
import org.tofro.connect.types.ValueCheck;
import org.tofro.data.RedshiftType;
import org.tofro.data.RedshiftType.Kind;

/**
 * A column's type as Cassandra describes it. The rules:
 *
 * <ul>
 *   <li>a type that Redshift has keeps its meaning: integers and counters, floating point, booleans, dates, timestamps
 *       (moments in milliseconds, in UTC), times as long as they have no more than microseconds;
 *   <li>ascii and text have no length, so they travel in a {@code varchar} of the widest size; {@code columns: type} makes
 *       it narrower;
 *   <li>varint and decimal have no limit, so they need {@code columns: type};
 *   <li>uuids, addresses and durations (in ISO 8601) travel as text; a blob becomes {@code varbyte(1024000)};
 *   <li>lists, sets, maps, tuples, user-defined types and vectors travel as JSON text, which {@link CqlJson} writes.
 * </ul>
 */
record CqlType(DataType type) implements SourceType {
    @Override
    public Family family() {
        return switch (type.getProtocolCode()) {
            case ProtocolConstants.DataType.INT,
                    ProtocolConstants.DataType.BIGINT,
                    ProtocolConstants.DataType.SMALLINT,
                    ProtocolConstants.DataType.TINYINT,
                    ProtocolConstants.DataType.COUNTER -> Family.INTEGER;
            case ProtocolConstants.DataType.VARINT, ProtocolConstants.DataType.DECIMAL -> Family.DECIMAL;
            case ProtocolConstants.DataType.FLOAT, ProtocolConstants.DataType.DOUBLE -> Family.FLOAT;
            case ProtocolConstants.DataType.BOOLEAN -> Family.BOOLEAN;
            case ProtocolConstants.DataType.DATE -> Family.DATE;
            case ProtocolConstants.DataType.TIMESTAMP -> Family.TIMESTAMPTZ;
            case ProtocolConstants.DataType.TIME -> Family.TIME;
            case ProtocolConstants.DataType.BLOB -> Family.BYTES;
            default -> Family.TEXT;
        };
    }

    @Override
    public String ddl() {
        return type.asCql(true, true);
    }

    @Override
    public @Nullable RedshiftType target() {
        return switch (type.getProtocolCode()) {
            case ProtocolConstants.DataType.TINYINT, ProtocolConstants.DataType.SMALLINT ->
                RedshiftType.of(Kind.SMALLINT);
            case ProtocolConstants.DataType.INT -> RedshiftType.of(Kind.INTEGER);
            case ProtocolConstants.DataType.BIGINT, ProtocolConstants.DataType.COUNTER -> RedshiftType.of(Kind.BIGINT);
            case ProtocolConstants.DataType.VARINT, ProtocolConstants.DataType.DECIMAL -> null;
            case ProtocolConstants.DataType.FLOAT -> RedshiftType.of(Kind.REAL);
            case ProtocolConstants.DataType.DOUBLE -> RedshiftType.of(Kind.DOUBLE);
            case ProtocolConstants.DataType.BOOLEAN -> RedshiftType.of(Kind.BOOLEAN);
            case ProtocolConstants.DataType.DATE -> RedshiftType.of(Kind.DATE);
            case ProtocolConstants.DataType.TIMESTAMP -> RedshiftType.of(Kind.TIMESTAMPTZ);
            case ProtocolConstants.DataType.TIME -> RedshiftType.of(Kind.TIME);
            case ProtocolConstants.DataType.BLOB -> RedshiftType.varbyte(Conversions.DEFAULT_VARBYTE);
            default -> RedshiftType.varchar(widest() == 0 ? RedshiftType.MAX_VARCHAR : widest());
        };
    }

    @Override
    public Whole whole() {
        return switch (type.getProtocolCode()) {
            case ProtocolConstants.DataType.TINYINT -> new Whole(Byte.MIN_VALUE, Byte.MAX_VALUE);
            case ProtocolConstants.DataType.SMALLINT -> Whole.SMALLINT;
            case ProtocolConstants.DataType.INT -> Whole.INTEGER;
            default -> Whole.BIGINT;
        };
    }

    /** A varint is a decimal without end before its point and with nothing after it. */
    @Override
    public @Nullable Digits digits() {
        return type.getProtocolCode() == ProtocolConstants.DataType.VARINT ? new Digits(Integer.MAX_VALUE, 0) : null;
    }

    @Override
    public int bits() {
        return type.getProtocolCode() == ProtocolConstants.DataType.FLOAT ? 32 : 64;
    }

    @Override
    public String query() {
        return "cql";
    }

    @Override
    public ValueCheck clock() {
        return new TimeCheck.Microseconds();
    }

    @Override
    public int widest() {
        return switch (type.getProtocolCode()) {
            case ProtocolConstants.DataType.TINYINT -> 4;
            case ProtocolConstants.DataType.SMALLINT -> 6;
            case ProtocolConstants.DataType.INT -> 11;
            case ProtocolConstants.DataType.BIGINT, ProtocolConstants.DataType.COUNTER -> 20;
            case ProtocolConstants.DataType.FLOAT -> 15;
            case ProtocolConstants.DataType.DOUBLE -> 24;
            case ProtocolConstants.DataType.BOOLEAN -> 1;
            case ProtocolConstants.DataType.DATE -> "5877642-06-23 BC".length();
            case ProtocolConstants.DataType.TIMESTAMP -> "292278994-08-17 07:12:55.807+00 BC".length();
            case ProtocolConstants.DataType.TIME -> "23:59:59.999999999".length();
            case ProtocolConstants.DataType.UUID, ProtocolConstants.DataType.TIMEUUID -> 36;
            case ProtocolConstants.DataType.INET -> "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255".length();
            case ProtocolConstants.DataType.DURATION -> "P-2147483648M-2147483648DT-9223372036.854775808S".length();
            default -> 0;
        };
    }

    /** Servers let surrogates through. */
    @Override
    public boolean holdsAnyBytes() {
        return family() == Family.TEXT && widest() == 0;
    }

    /** Whether its values are of a size that is known beforehand, or small. */
    boolean isSmall() {
        return widest() > 0;
    }
}
