package org.tofro.connect.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.tofro.connect.files.Compression;
import org.tofro.connect.files.FileSource;
import org.tofro.connect.files.PathPattern;
import org.tofro.connect.files.SourceFile;
import org.tofro.connect.files.ZstdBorders;

/** Files of several zstd frames, read in stretches that begin where a frame does. */
class FramesTest {
    private static final int PLAIN = 0;
    private static final int NOTED = 1;
    private static final int SEEKABLE = 2;
    private static final int SKIPPING = 3;

    private static byte[] frame(byte[] content, boolean checksum, int level) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZstdOutputStream out = new ZstdOutputStream(bytes, level)) {
            out.setChecksum(checksum);
            out.write(content);
        }
        return bytes.toByteArray();
    }

    private static byte[] skippable(int kind, byte[] content) {
        return ByteBuffer.allocate(8 + content.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0x184D2A50 + kind)
                .putInt(content.length)
                .put(content)
                .array();
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A file of frames as one of the programs writes it that make several. */
    private static byte[] stored(List<byte[]> contents, int style, List<Long> begins) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuffer table = little(contents.size() * 12 + 9);
        for (int i = 0; i < contents.size(); i++) {
            byte[] frame = frame(contents.get(i), i % 2 == 0, i % 3 == 0 ? -5 : 3);
            begins.add((long) out.size());
            if (style == NOTED) {
                out.write(skippable(0, little(4).putInt(frame.length).array()));
            } else if (style == SKIPPING && i % 2 == 1) {
                begins.remove(begins.size() - 1);
                out.write(skippable(3, new byte[i * 5]));
                begins.add((long) out.size());
            }
            out.write(frame);
            table.putInt(frame.length).putInt(contents.get(i).length).putInt(0);
        }
        if (style == SEEKABLE) {
            table.putInt(contents.size()).put((byte) 0x80).putInt(0x8F92EAB1);
            out.write(skippable(0xe, table.array()));
        } else if (style == SKIPPING) {
            out.write(skippable(1, new byte[3]));
        }
        return out.toByteArray();
    }

    private static SourceFile file(FileSource source, byte[] bytes) throws IOException {
        Path file = Files.createTempFile(Path.of("target").toAbsolutePath(), "frames", ".json.zst");
        file.toFile().deleteOnExit();
        Files.write(file, bytes);
        return source.list(PathPattern.of("file://" + file)).get(0);
    }

    private static List<String> lines(FileSource source, Stretch stretch, long before, Extent[] extent)
            throws IOException {
        List<String> found = new ArrayList<>();
        try (Lines lines = stretch.open(source)) {
            while (lines.next()) {
                found.add((before + lines.offset())
                        + ":"
                        + new String(
                                lines.bytes(),
                                lines.start(),
                                lines.end() - lines.start(),
                                StandardCharsets.ISO_8859_1));
            }
            extent[0] = lines.extent();
        }
        return found;
    }

    /** Wherever frames begin, whoever wrote them, and however they are grouped: each line once, whole, in order. */
    @Property(tries = 200)
    void stretchesHaveEachLineOnce(
            @ForAll @Size(max = 60) List<@IntRange(max = 4) Integer> shape,
            @ForAll @Size(max = 6) List<@IntRange(max = 400) Integer> cuts,
            @ForAll @IntRange(max = 3) int style,
            @ForAll @IntRange(min = 1, max = 120) int apart)
            throws IOException {
        StringBuilder text = new StringBuilder();
        shape.forEach(each ->
                text.append(List.of("x", "\n", "\r\n", "yz", "z".repeat(70)).get(each)));
        byte[] plain = text.toString().getBytes(StandardCharsets.US_ASCII);
        List<byte[]> contents = new ArrayList<>();
        int from = 0;
        for (int cut : cuts.stream().sorted().toList()) {
            int to = Math.min(cut, plain.length);
            contents.add(Arrays.copyOfRange(plain, from, to));
            from = to;
        }
        contents.add(Arrays.copyOfRange(plain, from, plain.length));
        byte[] stored = stored(contents, style, new ArrayList<>());
        Extent[] extent = new Extent[1];
        try (FileSource source = FileSource.of("file:/", null)) {
            SourceFile file = file(source, stored);
            List<String> whole = lines(source, new Stretch(file, Compression.ZSTD, 0, Long.MAX_VALUE), 0, extent);
            long bytesBefore = 0;
            long begin = 0;
            List<String> pieces = new ArrayList<>();
            List<Long> ends = new ArrayList<>(ZstdBorders.find(source, file, apart));
            ends.add(file.bytes());
            for (long end : ends) {
                pieces.addAll(lines(source, new Stretch(file, Compression.ZSTD, begin, end), bytesBefore, extent));
                bytesBefore += extent[0].bytes();
                begin = end;
            }
            assertThat(pieces).isEqualTo(whole);
            Files.delete(Path.of(file.uri().substring("file://".length())));
        }
    }

    /** Frames of many blocks of each kind. */
    @Test
    void everyFrameIsFound() throws IOException {
        Random random = new Random(3);
        List<byte[]> contents = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            byte[] content = new byte[200_000 + i * 40_000];
            if (i % 3 == 0) {
                random.nextBytes(content);
            } else if (i % 3 == 1) {
                for (int at = 0; at < content.length; at++) {
                    content[at] = (byte) ('a' + random.nextInt(9));
                }
            }
            contents.add(content);
        }
        try (FileSource source = FileSource.of("file:/", null)) {
            for (int style : new int[] {PLAIN, NOTED, SEEKABLE, SKIPPING}) {
                List<Long> begins = new ArrayList<>();
                SourceFile file = file(source, stored(contents, style, begins));
                assertThat(ZstdBorders.find(source, file, 20))
                        .as("style " + style)
                        .isEqualTo(begins.subList(1, begins.size()));
                assertThat(ZstdBorders.find(source, file, 1_000_000)).hasSizeBetween(1, 3);
            }
            SourceFile none = file(source, "no zstd at all".repeat(9).getBytes(StandardCharsets.US_ASCII));
            assertThat(ZstdBorders.find(source, none, 1)).isEmpty();
            byte[] one = frame(new byte[90_000], true, 3);
            assertThat(ZstdBorders.find(source, file(source, one), 1)).isEmpty();
            assertThat(ZstdBorders.find(source, file(source, Arrays.copyOf(one, 9)), 1))
                    .isEmpty();
        }
    }

    /** A table that is wrong about where frames begin must not lose what stands between. */
    @Test
    void aTableThatIsWrongIsFoundOut() throws IOException {
        byte[] frame = frame("line\n".repeat(1_000).getBytes(StandardCharsets.US_ASCII), true, 3);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(frame);
        out.write(frame);
        ByteBuffer table = little(2 * 8 + 9);
        table.putInt(frame.length - 3).putInt(5_000).putInt(frame.length + 3).putInt(5_000);
        table.putInt(2).put((byte) 0).putInt(0x8F92EAB1);
        out.write(skippable(0xe, table.array()));
        try (FileSource source = FileSource.of("file:/", null)) {
            SourceFile file = file(source, out.toByteArray());
            long border = frame.length - 3L;
            assertThat(ZstdBorders.find(source, file, 8)).containsExactly(border);
            assertThatThrownBy(() -> lines(source, new Stretch(file, Compression.ZSTD, 0, border), 0, new Extent[1]))
                    .hasMessage(
                            file.uri()
                                    + " is no good zstd file: no frame ends where its table or a note before it says, at byte "
                                    + border
                                    + ". Have it written again, or leave it out of `path`; where its name misleads, give `compression`");
        }
    }
}
