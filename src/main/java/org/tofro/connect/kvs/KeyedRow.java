package org.tofro.connect.kvs;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A row on its way through the sort. */
final class KeyedRow implements Comparable<KeyedRow> {
    /** What an object and its two arrays take beside their bytes. */
    private static final long OVERHEAD = 80;

    private final byte[] order;
    private final int keyLength;
    private final byte[] payload;

    /**
     * A row.
     *
     * @param order the bytes by which rows are sorted: those of the key, then those of the row's order
     * @param keyLength how many of them are the key's
     * @param payload the texts of the key and of the values; it decides between rows of one order, so that a bucket that is
     *     read again has the same order
     */
    KeyedRow(byte[] order, int keyLength, byte[] payload) {
        this.order = order;
        this.keyLength = keyLength;
        this.payload = payload;
    }

    byte[] order() {
        return order;
    }

    int keyLength() {
        return keyLength;
    }

    byte[] payload() {
        return payload;
    }

    long memory() {
        return OVERHEAD + order.length + payload.length;
    }

    @Override
    public int compareTo(KeyedRow other) {
        int byOrder = Arrays.compareUnsigned(order, other.order);
        return byOrder != 0 ? byOrder : Arrays.compareUnsigned(payload, other.payload);
    }

    /** Compares the keys only. */
    int compareKey(KeyedRow other) {
        return Arrays.compareUnsigned(order, 0, keyLength, other.order, 0, other.keyLength);
    }

    static byte[] pack(List<byte @Nullable []> texts) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        for (byte[] text : texts) {
            int length = text == null ? -1 : text.length;
            for (int shift = 24; shift >= 0; shift -= 8) {
                packed.write(length >>> shift);
            }
            if (text != null) {
                packed.write(text, 0, text.length);
            }
        }
        return packed.toByteArray();
    }

    /** The texts that the payload holds. */
    List<byte @Nullable []> unpack() {
        ByteBuffer packed = ByteBuffer.wrap(payload);
        List<byte @Nullable []> texts = new ArrayList<>();
        while (packed.hasRemaining()) {
            int length = packed.getInt();
            byte[] text = length < 0 ? null : new byte[length];
            if (text != null) {
                packed.get(text);
            }
            texts.add(text);
        }
        return texts;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KeyedRow row && compareTo(row) == 0;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(order);
    }
}
