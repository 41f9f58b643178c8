package org.tofro.connect.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.tofro.connect.extract.ExtractException;

class GzipMembersTest {
    private static byte[] member(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        }
        return bytes.toByteArray();
    }

    /** With a name, a comment, an extra field and a checksum of the header, as gzip's own command may write them. */
    private static byte[] dressed(byte[] content) throws IOException {
        byte[] plain = member(content);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(Arrays.copyOf(plain, 10));
        bytes.write(new byte[] {3, 0, 1, 2, 3});
        bytes.write(new byte[] {'n', 0, 'c', 'c', 0, 9, 9});
        bytes.write(plain, 10, plain.length - 10);
        byte[] dressed = bytes.toByteArray();
        dressed[3] = 4 + 8 + 16 + 2;
        return dressed;
    }

    private static byte[] joined(byte[]... parts) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            bytes.write(part);
        }
        return bytes.toByteArray();
    }

    /** Never says that more is available, as a network does not. */
    private static byte[] read(byte[] stored, int drip) throws IOException {
        InputStream in = new ByteArrayInputStream(stored) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, drip));
            }

            @Override
            public synchronized int available() {
                return 0;
            }
        };
        try (GzipMembers gzip = new GzipMembers(in, new SourceFile("s3://b/f.gz", stored.length, "v", Instant.EPOCH))) {
            return gzip.readAllBytes();
        }
    }

    @Test
    void allMembersAreRead() throws IOException {
        byte[] content = new byte[300_000];
        new Random(1).nextBytes(content);
        byte[] stored = joined(member(content), member(new byte[0]), dressed(content), new byte[7]);
        byte[] expected = joined(content, content);
        for (int drip : new int[] {7, 1_000, 1 << 20}) {
            assertThat(read(stored, drip)).isEqualTo(expected);
        }
    }

    @Test
    void cutOffAnywhereItSaysSo() throws IOException {
        byte[] stored = joined(member(new byte[50]), dressed(new byte[50]));
        int boundary = member(new byte[50]).length;
        for (int cut = 0; cut < stored.length; cut++) {
            byte[] some = Arrays.copyOf(stored, cut);
            if (cut == boundary) {
                assertThat(read(some, 5)).hasSize(50);
                continue;
            }
            assertThatThrownBy(() -> read(some, 5))
                    .isInstanceOf(ExtractException.class)
                    .hasMessage("s3://b/f.gz is cut off: its gzip data ends at byte " + cut
                            + ", before its end is marked. Have it written again, or leave it out of `path`");
        }
    }

    @Test
    void changedAnywhereItIsNotTakenForGood() throws IOException {
        byte[] content = new byte[200];
        new Random(2).nextBytes(content);
        byte[] stored = member(content);
        for (int at = 10; at < stored.length; at++) {
            byte[] changed = stored.clone();
            changed[at] ^= 0x10;
            try {
                // Some bits mean nothing: those between a block's type and its bytes.
                assertThat(read(changed, 64)).as("byte " + at).isEqualTo(content);
            } catch (ExtractException refused) {
                assertThat(refused).hasMessageStartingWith("s3://b/f.gz is ");
            }
        }
        assertThatThrownBy(() -> read(joined(stored, new byte[] {'x', 'y'}), 64))
                .hasMessageStartingWith(
                        "s3://b/f.gz is no good gzip file: there is no gzip member at byte " + stored.length);
    }
}
