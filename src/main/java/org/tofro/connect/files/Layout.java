package org.tofro.connect.files;

import java.util.Arrays;

/** How rows and values are told apart in a file, all of them lossless: what was written is read again as it was. */
public enum Layout {
    /**
     * Tabs between values; the bare text {@code NULL} is NULL; the character after a backslash is a part of the value, as
     * COPY's ESCAPE has it. A backslash before a letter or a digit is refused: to some programs it is that letter, to others
     * a control character.
     */
    TSV("tsv", '\t', "NULL"),

    /** What PostgreSQL's COPY writes: tabs, {@code \N} for NULL, a row in one line whatever is in it. */
    POSTGRES_TEXT("postgres-text", '\t', "\\N"),

    /** RFC 4180: commas, quotes around what needs them, a quote in quotes twice. Nothing at all is NULL, {@code ""} is not. */
    CSV("csv", ',', "");

    private final String word;
    private final byte delimiter;
    private final String nullText;

    Layout(String word, char delimiter, String nullText) {
        this.word = word;
        this.delimiter = (byte) delimiter;
        this.nullText = nullText;
    }

    /** As a pipeline names it. */
    public String word() {
        return word;
    }

    /** The layout that a pipeline names so. */
    public static Layout of(String word) {
        return Arrays.stream(values())
                .filter(layout -> layout.word.equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(word));
    }

    byte delimiter() {
        return delimiter;
    }

    /** What stands for NULL where nothing else is agreed upon. */
    public String nullText() {
        return nullText;
    }
}
