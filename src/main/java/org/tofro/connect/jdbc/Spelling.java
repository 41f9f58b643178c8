package org.tofro.connect.jdbc;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Guesses which of the known names was meant. */
final class Spelling {
    private Spelling() {}

    /** {@code ; did you mean 'x'?}, or nothing where no name comes close. */
    static String hint(String wrong, Collection<String> known) {
        String folded = wrong.toLowerCase(Locale.ROOT);
        int most = Math.max(1, wrong.length() / 3);
        return known.stream()
                .filter(name -> distance(folded, name.toLowerCase(Locale.ROOT)) <= most)
                .min(Comparator.comparingInt((String name) -> distance(folded, name.toLowerCase(Locale.ROOT)))
                        .thenComparing(Comparator.naturalOrder()))
                .map(name -> "; did you mean '%s'?".formatted(name))
                .orElse("");
    }

    /** Levenshtein's distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
