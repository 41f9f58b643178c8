package org.tofro.connect.staging;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;

/** Rows counted in bytes, however the bytes are cut. */
class RowEndsTest {
    @Property(tries = 5000)
    void countsLineFeedsOutsideOfQuotes(
            @ForAll @Chars({'"', '\n', ',', 'a', '\u00ff'}) @StringLength(max = 60) String text,
            @ForAll @IntRange(min = 1, max = 20) int step) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        RowEnds ends = new RowEnds();
        for (int from = 0; from < bytes.length; from += step) {
            ends.count(bytes, from, Math.min(step, bytes.length - from));
        }
        boolean quoted = false;
        int expected = 0;
        for (char c : text.toCharArray()) {
            quoted ^= c == '"';
            expected += c == '\n' && !quoted ? 1 : 0;
        }
        assertThat(ends.rows()).isEqualTo(expected);
    }

    @Example
    void skipsWhatIsNeither() {
        byte[] bytes = ("x".repeat(100_000) + "\n").repeat(3).getBytes(StandardCharsets.UTF_8);
        RowEnds ends = new RowEnds();
        ends.count(bytes, 0, bytes.length);
        assertThat(ends.rows()).isEqualTo(3);
    }
}
