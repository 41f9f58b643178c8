package org.tofro.connect.cassandra;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Every token is in one range and in no other, whatever the nodes' tokens are. */
class TokenSplitTest {
    @Property(tries = 500)
    void rangesAreTheWholeRingAndDoNotOverlap(
            @ForAll @Size(max = 60) Set<Long> tokens, @ForAll @IntRange(min = 1, max = 300) int wanted) {
        List<TokenRange> ranges = TokenSplit.ranges(tokens, wanted);

        assertThat(ranges.get(0).after()).isNull();
        assertThat(ranges.get(ranges.size() - 1).upTo()).isNull();
        for (int i = 1; i < ranges.size(); i++) {
            assertThat(ranges.get(i).after())
                    .isNotNull()
                    .isEqualTo(ranges.get(i - 1).upTo());
            if (i < ranges.size() - 1) {
                assertThat(ranges.get(i).upTo()).isGreaterThan(ranges.get(i).after());
            }
        }
        Random random = new Random(wanted);
        Set<Long> probes = new TreeSet<>(tokens);
        probes.addAll(List.of(Long.MIN_VALUE, Long.MIN_VALUE + 1, -1L, 0L, 1L, Long.MAX_VALUE - 1, Long.MAX_VALUE));
        for (int i = 0; i < 20; i++) {
            probes.add(random.nextLong());
        }
        for (TokenRange range : ranges) {
            if (range.upTo() != null) {
                probes.add(range.upTo());
                probes.add(range.upTo() + 1);
            }
        }
        for (long probe : probes) {
            assertThat(ranges.stream().filter(range -> range.holds(probe)))
                    .as("ranges that hold " + probe)
                    .hasSize(1);
        }
    }

    @Property(tries = 200)
    void thereAreAboutAsManyAsWanted(
            @ForAll @Size(max = 60) Set<Long> tokens, @ForAll @IntRange(min = 1, max = 300) int wanted) {
        assertThat(TokenSplit.ranges(tokens, wanted)).hasSizeBetween(wanted / 2, 2 * wanted + 1);
    }

    /** Where there are enough of them. */
    @Property(tries = 200)
    void noRangeCrossesATokenFarFromOthers(@ForAll @IntRange(min = 2, max = 100) int nodes) {
        Set<Long> tokens = new TreeSet<>();
        for (long i = 0; i < nodes; i++) {
            tokens.add(Long.MIN_VALUE + 77 + i * (Long.MAX_VALUE / nodes * 2));
        }
        List<TokenRange> ranges = TokenSplit.ranges(tokens, 8 * nodes);
        for (long token : tokens) {
            if (token > Long.MIN_VALUE + 77) {
                assertThat(ranges).anyMatch(range -> range.upTo() != null && range.upTo() == token);
            }
        }
    }

    @Test
    void oneRangeIsTheRing() {
        assertThat(TokenSplit.ranges(List.of(5L), 1)).containsExactly(TokenRange.RING);
        assertThat(TokenSplit.ranges(List.of(), 2)).hasToString("[tokens up to -1, tokens after -1]");
        assertThat(TokenSplit.ranges(List.of(0L), 2)).hasToString("[tokens up to 0, tokens after 0]");
    }
}
