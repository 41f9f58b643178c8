package org.tofro.problem;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The text of a file, which knows the line and column of each of its characters. */
public final class SourceText {
    private final String file;
    private final String text;
    private final int[] lineStarts;
    private final int @Nullable [] pairs;

    /** A file's text under the name that its user gave. Lines end in LF, CRLF or CR. */
    public SourceText(String file, String text) {
        this.file = file;
        this.text = text;
        this.lineStarts = lineStarts(text);
        this.pairs = pairs(text);
    }

    private static int[] lineStarts(String text) {
        List<Integer> starts = new ArrayList<>(List.of(0));
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean ends = c == '\n' || (c == '\r' && (i + 1 == text.length() || text.charAt(i + 1) != '\n'));
            if (ends) {
                starts.add(i + 1);
            }
        }
        return starts.stream().mapToInt(Integer::intValue).toArray();
    }

    public String file() {
        return file;
    }

    public String text() {
        return text;
    }

    public int lines() {
        return lineStarts.length;
    }

    /** A line without its end, counted from 1; empty where the file has no such line. */
    public String line(int number) {
        return number < 1 || number > lineStarts.length ? "" : text.substring(lineStarts[number - 1], lineEnd(number));
    }

    private int lineEnd(int number) {
        int end = number < lineStarts.length ? lineStarts[number] : text.length();
        while (end > lineStarts[number - 1] && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
            end--;
        }
        return end;
    }

    /** The stretch between two offsets in chars, cut at the end of the line in which it begins. */
    public Span span(int start, int end) {
        int from = Math.max(0, Math.min(start, text.length()));
        int line = lineOf(from);
        int to = Math.max(from, Math.min(end, lineEnd(line)));
        int column = codePoints(lineStarts[line - 1], from) + 1;
        return new Span(file, line, column, Math.max(1, codePoints(from, to)));
    }

    private int codePoints(int from, int to) {
        return pairs == null ? to - from : to - from - (pairs[to] - pairs[from]);
    }

    /** For each offset the surrogate pairs that end before it; null where the text has none. */
    private static int @Nullable [] pairs(String text) {
        if (text.chars().noneMatch(c -> Character.isLowSurrogate((char) c))) {
            return null;
        }
        int[] pairs = new int[text.length() + 1];
        for (int i = 0; i < text.length(); i++) {
            boolean pair = i > 0 && Character.isSurrogatePair(text.charAt(i - 1), text.charAt(i));
            pairs[i + 1] = pairs[i] + (pair ? 1 : 0);
        }
        return pairs;
    }

    private int lineOf(int offset) {
        int found = Arrays.binarySearch(lineStarts, offset);
        return found >= 0 ? found + 1 : -found - 1;
    }
}
