package org.tofro.connect.cassandra;

import com.datastax.oss.driver.api.core.type.DataType;
import com.datastax.oss.protocol.internal.ProtocolConstants;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.types.Form;

/** What is staged of a column's values. */
final class CqlValue {
    private static final byte[] TRUE = {'t'};
    private static final byte[] FALSE = {'f'};

    private final DataType type;
    private final int code;
    private final Form form;
    private final boolean parts;

    CqlValue(DataType type, Form form) {
        this.type = type;
        this.code = type.getProtocolCode();
        this.form = form;
        this.parts = switch (code) {
            case ProtocolConstants.DataType.LIST,
                    ProtocolConstants.DataType.SET,
                    ProtocolConstants.DataType.MAP,
                    ProtocolConstants.DataType.TUPLE,
                    ProtocolConstants.DataType.UDT -> true;
            case ProtocolConstants.DataType.CUSTOM -> true;
            default -> false;
        };
    }

    /**
     * The staged form of a value. A number or a moment of no bytes, as only clients of old protocols wrote it, is nothing.
     */
    byte @Nullable [] staged(ByteBuffer value) {
        if (!value.hasRemaining() && !parts && !mayBeEmpty()) {
            return null;
        }
        byte[] printed = printedBytes(value);
        return form == Form.HEX_OF_TEXT ? hex(ByteBuffer.wrap(printed)) : printed;
    }

    private boolean mayBeEmpty() {
        return code == ProtocolConstants.DataType.ASCII
                || code == ProtocolConstants.DataType.VARCHAR
                || code == ProtocolConstants.DataType.BLOB;
    }

    private byte[] printedBytes(ByteBuffer value) {
        if (parts) {
            return CqlJson.text(type, value);
        }
        return switch (code) {
            case ProtocolConstants.DataType.ASCII, ProtocolConstants.DataType.VARCHAR -> bytes(value);
            case ProtocolConstants.DataType.BLOB -> hex(value);
            case ProtocolConstants.DataType.BOOLEAN -> value.get(value.position()) == 0 ? FALSE : TRUE;
            case ProtocolConstants.DataType.FLOAT ->
                latin(
                        form == Form.AS_DOUBLE
                                ? Double.toString(value.getFloat(value.position()))
                                : printed(code, value));
            default -> latin(printed(code, value));
        };
    }

    /** The text of a value that has no parts. */
    static String printed(int code, ByteBuffer value) {
        int at = value.position();
        return switch (code) {
            case ProtocolConstants.DataType.INT -> Integer.toString(value.getInt(at));
            case ProtocolConstants.DataType.BIGINT, ProtocolConstants.DataType.COUNTER ->
                Long.toString(value.getLong(at));
            case ProtocolConstants.DataType.SMALLINT -> Short.toString(value.getShort(at));
            case ProtocolConstants.DataType.TINYINT -> Byte.toString(value.get(at));
            case ProtocolConstants.DataType.VARINT -> CqlText.plain(new BigDecimal(CqlText.varint(value)));
            case ProtocolConstants.DataType.DECIMAL -> CqlText.plain(CqlText.decimal(value));
            case ProtocolConstants.DataType.FLOAT -> Float.toString(value.getFloat(at));
            case ProtocolConstants.DataType.DOUBLE -> Double.toString(value.getDouble(at));
            case ProtocolConstants.DataType.UUID, ProtocolConstants.DataType.TIMEUUID -> CqlText.uuid(value);
            case ProtocolConstants.DataType.TIMESTAMP -> CqlText.timestamp(value);
            case ProtocolConstants.DataType.DATE -> CqlText.date(value);
            case ProtocolConstants.DataType.TIME -> CqlText.time(value);
            case ProtocolConstants.DataType.DURATION -> CqlText.duration(value);
            case ProtocolConstants.DataType.INET -> CqlText.inet(value);
            default -> throw new IllegalStateException("a value of the unknown type " + code);
        };
    }

    @SuppressWarnings("deprecation") // The quick way to bytes from a text that is all ASCII.
    private static byte[] latin(String text) {
        byte[] bytes = new byte[text.length()];
        text.getBytes(0, bytes.length, bytes, 0);
        return bytes;
    }

    private static byte[] bytes(ByteBuffer value) {
        if (value.hasArray() && value.arrayOffset() == 0 && value.remaining() == value.array().length) {
            return value.array();
        }
        byte[] bytes = new byte[value.remaining()];
        value.duplicate().get(bytes);
        return bytes;
    }

    private static byte[] hex(ByteBuffer value) {
        byte[] digits = new byte[2 * value.remaining()];
        int at = 0;
        for (int i = value.position(); i < value.limit(); i++) {
            int b = value.get(i) & 0xff;
            digits[at++] = digit(b >> 4);
            digits[at++] = digit(b & 15);
        }
        return digits;
    }

    private static byte digit(int value) {
        return (byte) (value < 10 ? '0' + value : 'a' + value - 10);
    }
}
