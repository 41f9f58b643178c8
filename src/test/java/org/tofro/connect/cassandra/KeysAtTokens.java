package org.tofro.connect.cassandra;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Keys of 16 bytes whose token is any that a test wants: MurmurHash3 of such a key can be turned around. */
final class KeysAtTokens {
    private static final long C1 = 0x87c37b91114253d5L;
    private static final long C2 = 0x4cf5ad432745937fL;
    private static final int LENGTH = 16;

    private KeysAtTokens() {}

    static ByteBuffer key(long token) {
        // The last steps: h1 += h2, where any h2 does.
        long h2 = 0x1234_5678_9abc_def0L;
        long h1 = token - h2;
        h1 = unmix(h1);
        h2 = unmix(h2);
        h2 -= h1;
        h1 -= h2;
        h1 ^= LENGTH;
        h2 ^= LENGTH;
        // The one block.
        long k2 = (h2 - 0x38495ab5) * inverse(5);
        k2 -= h1;
        k2 = Long.rotateRight(k2, 31);
        k2 *= inverse(C1);
        k2 = Long.rotateRight(k2, 33);
        k2 *= inverse(C2);
        long k1 = (h1 - 0x52dce729) * inverse(5);
        // The other half was nothing yet.
        k1 = Long.rotateRight(k1, 27);
        k1 *= inverse(C2);
        k1 = Long.rotateRight(k1, 31);
        k1 *= inverse(C1);
        return ByteBuffer.allocate(LENGTH)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(k1)
                .putLong(k2)
                .flip();
    }

    private static long unmix(long mixed) {
        long k = mixed;
        k ^= k >>> 33;
        k *= inverse(0xc4ceb9fe1a85ec53L);
        k ^= k >>> 33;
        k *= inverse(0xff51afd7ed558ccdL);
        k ^= k >>> 33;
        return k;
    }

    /** By Newton's steps, each of which doubles the bits that are right. */
    private static long inverse(long odd) {
        long inverse = odd;
        for (int i = 0; i < 6; i++) {
            inverse *= 2 - odd * inverse;
        }
        return inverse;
    }
}
