package org.tofro.connect.kvs;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.tofro.data.RedshiftType;

/**
 * Bytes whose order, compared without sign, is that of the values behind each other: numbers by their size, texts by their
 * bytes, as Redshift and Cassandra order both; a row without a value comes last. For one thread.
 */
final class SortedBytes {
    private static final int DECIMAL_BYTES = 17;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** The bytes since the last call. */
    byte[] take() {
        byte[] taken = bytes.toByteArray();
        bytes.reset();
        return taken;
    }

    int length() {
        return bytes.size();
    }

    /** Adds the text of a value of that type. */
    void add(RedshiftType type, byte[] text, boolean descending) {
        int flip = descending ? 0xff : 0;
        bytes.write(1 ^ flip);
        switch (type.kind()) {
            case SMALLINT, INTEGER, BIGINT -> number(Long.parseLong(ascii(text)) ^ Long.MIN_VALUE, flip);
            case REAL, DOUBLE -> number(ordered(Double.parseDouble(ascii(text))), flip);
            case DECIMAL -> decimal(new BigDecimal(ascii(text)), type.scale(), flip);
            default -> text(text, flip);
        }
    }

    /** Adds that there is no value. */
    void nothing(boolean descending) {
        bytes.write(descending ? 0xff ^ 2 : 2);
    }

    /** Adds a text of the key. */
    void text(byte[] text) {
        text(text, 0);
    }

    private void text(byte[] text, int flip) {
        for (byte b : text) {
            bytes.write(b ^ flip);
            if (b == 0) {
                bytes.write(0xff ^ flip);
            }
        }
        bytes.write(flip);
        bytes.write(flip);
    }

    private void number(long unsigned, int flip) {
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes.write((int) (unsigned >>> shift) ^ flip);
        }
    }

    /** The sign's bit turned, and all others of a negative number. */
    private static long ordered(double value) {
        long bits = Double.doubleToLongBits(value);
        return bits < 0 ? ~bits : bits ^ Long.MIN_VALUE;
    }

    /** In as many bytes as 38 digits take, the sign's bit turned. */
    private void decimal(BigDecimal value, int scale, int flip) {
        byte[] digits =
                value.setScale(scale, RoundingMode.UNNECESSARY).unscaledValue().toByteArray();
        ByteBuffer wide = ByteBuffer.allocate(DECIMAL_BYTES);
        byte fill = (byte) (digits[0] < 0 ? 0xff : 0);
        for (int i = digits.length; i < DECIMAL_BYTES; i++) {
            wide.put(fill);
        }
        wide.put(digits);
        byte[] all = wide.array();
        all[0] ^= (byte) 0x80;
        for (byte b : all) {
            bytes.write(b ^ flip);
        }
    }

    private static String ascii(byte[] text) {
        return new String(text, StandardCharsets.US_ASCII);
    }
}
