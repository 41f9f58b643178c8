package org.tofro.connect.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.tofro.data.RedshiftType;

class LinesTest {
    /** Gives a few bytes at a time, as a network may. */
    private static InputStream dripping(byte[] bytes, int from, int most) {
        return new ByteArrayInputStream(bytes, from, bytes.length - from) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, most));
            }
        };
    }

    private static List<String> lines(Lines lines) throws IOException {
        return lines(lines, 0);
    }

    private static List<String> lines(Lines lines, int before) throws IOException {
        List<String> found = new ArrayList<>();
        while (lines.next()) {
            found.add(before + lines.offset() + ":"
                    + new String(
                            lines.bytes(), lines.start(), lines.end() - lines.start(), StandardCharsets.ISO_8859_1));
        }
        return found;
    }

    private static List<String> lines(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return lines(new Lines(dripping(bytes, 0, 1)));
    }

    @Test
    void linesEndInManyWays() throws IOException {
        assertThat(lines("a\nb\r\n\nc")).containsExactly("0:a", "2:b", "5:", "6:c");
        assertThat(lines("a\n")).containsExactly("0:a");
        assertThat(lines("")).isEmpty();
        assertThat(lines("\uFEFFa\n\uFEFFb")).containsExactly("3:a", "5:\u00ef\u00bb\u00bfb");
        assertThat(lines("a\rb\r")).containsExactly("0:a\rb\r");
    }

    /** However a file is cut, its stretches have each line once, in order. */
    @Property(tries = 300)
    void stretchesHaveEachLineOnce(
            @ForAll @Size(max = 40) List<@IntRange(max = 3) Integer> shape,
            @ForAll @Size(max = 4) List<@IntRange(min = 1, max = 40) Integer> cuts,
            @ForAll @IntRange(min = 1, max = 7) int drip)
            throws IOException {
        StringBuilder text = new StringBuilder();
        shape.forEach(each -> text.append(List.of("x", "\n", "\r\n", "yy").get(each)));
        byte[] bytes = text.toString().getBytes(StandardCharsets.US_ASCII);
        List<String> whole = lines(new Lines(dripping(bytes, 0, drip)));
        List<Integer> bounds = new ArrayList<>(List.of(0));
        cuts.stream().sorted().distinct().filter(cut -> cut < bytes.length).forEach(bounds::add);
        bounds.add(bytes.length);
        List<String> pieces = new ArrayList<>();
        for (int i = 1; i < bounds.size(); i++) {
            int from = bounds.get(i - 1);
            long own = bounds.get(i) - from;
            pieces.addAll(lines(new Lines(dripping(bytes, from, drip), from > 0, () -> own), from));
        }
        assertThat(pieces).isEqualTo(whole);
    }

    @Test
    void aLineThatIsTooLongCostsItselfOnly() throws IOException {
        byte[] bytes = new byte[2 * RedshiftType.MAX_ROW];
        Arrays.fill(bytes, (byte) 'x');
        bytes[1] = '\n';
        bytes[bytes.length - 3] = '\n';
        Lines lines = new Lines(new ByteArrayInputStream(bytes));
        assertThat(lines.next()).isTrue();
        assertThat(lines.tooLong()).isFalse();
        assertThat(lines.next()).isTrue();
        assertThat(lines.tooLong()).isTrue();
        assertThat(lines.end() - lines.start()).isEqualTo(64 << 10);
        assertThat(lines.next()).isTrue();
        assertThat(lines.tooLong()).isFalse();
        assertThat(lines.offset()).isEqualTo(bytes.length - 2);
        assertThat(lines.end() - lines.start()).isEqualTo(2);
        assertThat(lines.number()).isEqualTo(3);
        assertThat(lines.next()).isFalse();
    }

    @Test
    void theLongestLineIsTaken() throws IOException {
        byte[] bytes = new byte[RedshiftType.MAX_ROW + 3];
        Arrays.fill(bytes, (byte) 'x');
        bytes[RedshiftType.MAX_ROW] = '\r';
        bytes[RedshiftType.MAX_ROW + 1] = '\n';
        Lines lines = new Lines(new ByteArrayInputStream(bytes));
        assertThat(lines.next()).isTrue();
        assertThat(lines.tooLong()).isFalse();
        assertThat(lines.end() - lines.start()).isEqualTo(RedshiftType.MAX_ROW);
        assertThat(lines.next()).isTrue();
        assertThat(lines.next()).isFalse();
    }
}
