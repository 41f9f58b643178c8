package org.tofro.problem;

import java.util.ArrayList;
import java.util.List;

/** The text of a file, which knows the line and column of each of its characters. */
public final class SourceText {
    private final String file;
    private final String text;
    private final int[] lineStarts;

    /** A file's text under the name that its user gave. Lines end in LF, CRLF or CR. */
    public SourceText(String file, String text) {
        this.file = file;
        this.text = text;
        this.lineStarts = lineStarts(text);
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
        if (number < 1 || number > lineStarts.length) {
            return "";
        }
        int end = number < lineStarts.length ? lineStarts[number] : text.length();
        return text.substring(lineStarts[number - 1], end).replaceAll("[\r\n]+$", "");
    }

    /** The stretch between two offsets in chars, cut at the end of the line in which it begins. */
    public Span span(int start, int end) {
        int from = Math.max(0, Math.min(start, text.length()));
        int line = lineOf(from);
        int lineStart = lineStarts[line - 1];
        int lineEnd = lineStart + line(line).length();
        int to = Math.max(from, Math.min(end, lineEnd));
        int column = text.codePointCount(lineStart, from) + 1;
        return new Span(file, line, column, Math.max(1, text.codePointCount(from, to)));
    }

    private int lineOf(int offset) {
        int found = java.util.Arrays.binarySearch(lineStarts, offset);
        return found >= 0 ? found + 1 : -found - 1;
    }
}
