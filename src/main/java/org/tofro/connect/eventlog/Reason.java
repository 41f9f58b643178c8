package org.tofro.connect.eventlog;

/** Why a line is rejected. */
enum Reason {
    NOT_UTF8("not UTF-8"),
    NOT_JSON("no JSON"),
    NOT_AN_OBJECT("no JSON object"),
    LINE_TOO_LONG("longer than 4 MB, the most that COPY takes"),
    ROW_TOO_LONG("longer than 4 MB as staged, the most that COPY takes"),
    OPEN_QUOTE("with a quote that is not closed, or goes on behind its end"),
    OTHER_COLUMNS("with more or fewer values than columns"),
    UNKNOWN("with fields that no entry of `fields` names"),
    MISSING("without a value"),
    TWICE("with two values"),
    NUL("with the character U+0000, which Redshift's strings do not hold"),
    SURROGATE("with half a surrogate pair, which UTF-8 does not have"),
    TOO_LONG("longer than the type in bytes"),
    NOT_EXACT_WIDTH("of another length than the type, or with characters of more than one byte"),
    NESTED("an object or array"),
    NOT_A_NUMBER("no number"),
    FRACTION("a number with a fraction"),
    OUT_OF_RANGE("out of the range of the type"),
    TOO_MANY_DIGITS("with more digits than the type"),
    NOT_A_BOOLEAN("neither true nor false"),
    NOT_A_DATE("no date such as 2026-11-23"),
    NOT_A_TIME("no time such as 14:30:00"),
    NOT_A_TIMESTAMP("no time such as 2026-11-23T14:30:00Z"),
    EPOCH("a number, and no `epoch` says what it counts"),
    TOO_FINE("finer than microseconds");

    private final String text;

    Reason(String text) {
        this.text = text;
    }

    /** What such a line or value is. */
    String text() {
        return text;
    }
}
