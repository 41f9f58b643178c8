package org.tofro.problem;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the word that someone probably meant. */
public final class Spelling {
    private Spelling() {}

    /** The allowed word nearest to the given one, if it is near enough to be meant. */
    public static Optional<String> nearest(String word, Collection<String> allowed) {
        String given = plain(word);
        return allowed.stream()
                .filter(candidate -> distance(given, plain(candidate)) <= tolerance(given, candidate))
                .min(Comparator.comparingInt((String candidate) -> distance(given, plain(candidate)))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** {@code ; did you mean 'x'?}, or what is allowed where nothing is near. */
    public static String hint(String word, Collection<String> allowed) {
        return nearest(word, allowed)
                .map(meant -> "; did you mean '" + meant + "'?")
                .orElseGet(() -> allowed.isEmpty() ? "" : "; known are " + String.join(", ", allowed));
    }

    private static String plain(String word) {
        String folded = word.toLowerCase(Locale.ROOT).replace('-', '_');
        return folded.length() > 64 ? folded.substring(0, 64) : folded;
    }

    private static int tolerance(String given, String candidate) {
        return Math.max(1, Math.min(given.length(), candidate.length()) / 3);
    }

    /** Insertions, deletions, replacements and swaps of neighbours that lead from one word to the other. */
    private static int distance(String left, String right) {
        int[][] cost = new int[left.length() + 1][right.length() + 1];
        for (int i = 0; i <= left.length(); i++) {
            for (int j = 0; j <= right.length(); j++) {
                cost[i][j] = i == 0 ? j : j == 0 ? i : step(left, right, i, j, cost);
            }
        }
        return cost[left.length()][right.length()];
    }

    private static int step(String left, String right, int i, int j, int[][] cost) {
        int replaced = cost[i - 1][j - 1] + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        int best = Math.min(replaced, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        boolean swapped = i > 1
                && j > 1
                && left.charAt(i - 1) == right.charAt(j - 2)
                && left.charAt(i - 2) == right.charAt(j - 1);
        return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
    }
}
