package org.tofro.connect.types;

/** What of a value is staged. */
public enum Form {
    /** The text that the source prints for it. */
    PRINTED("as printed"),

    /** Two hexadecimal digits a byte, which COPY reads into varbyte. */
    HEX("as hexadecimal digits"),

    /** The same for the bytes of a text. */
    HEX_OF_TEXT("as hexadecimal digits of its text in UTF-8"),

    /** A real's number in full: the shortest text that means it as a real means another number as a double. */
    AS_DOUBLE("as double precision prints it");

    private final String words;

    Form(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }
}
