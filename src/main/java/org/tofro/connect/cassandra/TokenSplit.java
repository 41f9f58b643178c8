package org.tofro.connect.cassandra;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Cuts the ring of Murmur3 tokens into ranges: each token is in one of them and in no other. Where there are enough of
 * them, no range crosses a token of a node, so that the rows of each lie on one set of replicas.
 */
final class TokenSplit {
    private static final BigInteger RING = BigInteger.ONE.shiftLeft(64);

    private TokenSplit() {}

    /**
     * Ranges of about the same width.
     *
     * @param tokens of the nodes, in any order
     * @param wanted how many ranges there are about to be, at least 1
     */
    static List<TokenRange> ranges(Collection<Long> tokens, int wanted) {
        List<Long> cuts = wanted == 1 ? List.of() : cuts(new TreeSet<>(tokens), wanted);
        List<TokenRange> ranges = new ArrayList<>(cuts.size() + 1);
        Long after = null;
        for (Long cut : cuts) {
            ranges.add(new TokenRange(after, cut));
            after = cut;
        }
        ranges.add(new TokenRange(after, null));
        return ranges;
    }

    /** The last token of each range but the last. */
    private static List<Long> cuts(SortedSet<Long> tokens, int wanted) {
        BigInteger width = RING.divide(BigInteger.valueOf(wanted));
        List<Long> cuts = new ArrayList<>();
        BigInteger begun = place(Long.MIN_VALUE);
        List<BigInteger> borders = new ArrayList<>(tokens.stream()
                .filter(token -> token != Long.MAX_VALUE)
                .map(TokenSplit::place)
                .toList());
        borders.add(RING.subtract(BigInteger.ONE));
        BigInteger last = borders.get(borders.size() - 1);
        for (BigInteger border : borders) {
            BigInteger span = border.subtract(begun);
            // Half a width more or less is as good as a whole one.
            int parts = span.add(width.shiftRight(1)).divide(width).intValueExact();
            for (int part = 1; part < parts; part++) {
                cuts.add(token(begun.add(span.multiply(BigInteger.valueOf(part)).divide(BigInteger.valueOf(parts)))));
            }
            if (parts > 0 && !border.equals(last)) {
                cuts.add(token(border));
            }
            if (parts > 0) {
                begun = border;
            }
        }
        return cuts;
    }

    /** Where on the ring a token stands, counted from the least one. */
    private static BigInteger place(long token) {
        return BigInteger.valueOf(token).subtract(BigInteger.valueOf(Long.MIN_VALUE));
    }

    private static long token(BigInteger place) {
        return place.add(BigInteger.valueOf(Long.MIN_VALUE)).longValueExact();
    }
}
