package org.tofro.connect.jdbc;

/** In which encoding a database keeps its text; the staged files are always UTF-8. */
enum ServerEncoding {
    UTF8("UTF8"),

    /** Bytes that nobody vouches for: the server converts nothing, and would end the whole read at the first bad byte. */
    SQL_ASCII("SQL_ASCII"),

    /** The server converts, and ends the read where a character has no equivalent. */
    CONVERTED("UTF8");

    private final String sent;

    ServerEncoding(String sent) {
        this.sent = sent;
    }

    static ServerEncoding of(String serverEncoding) {
        return switch (serverEncoding) {
            case "UTF8" -> UTF8;
            case "SQL_ASCII" -> SQL_ASCII;
            default -> CONVERTED;
        };
    }

    /** The encoding to ask COPY and {@code convert_to} for. */
    String sent() {
        return sent;
    }
}
