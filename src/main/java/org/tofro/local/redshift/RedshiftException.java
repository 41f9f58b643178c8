package org.tofro.local.redshift;

/** A statement that the front refuses or fails, with what Redshift would answer. */
final class RedshiftException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final String detail;

    RedshiftException(String code, String message) {
        this(code, message, "");
    }

    RedshiftException(String code, String message, String detail) {
        super(message, null, false, false);
        this.code = code;
        this.detail = detail;
    }

    /** The statement says what Redshift's grammar lacks. */
    static RedshiftException syntax(String message) {
        return new RedshiftException("42601", message);
    }

    /** Redshift has no such feature. */
    static RedshiftException unsupported(String message) {
        return new RedshiftException("0A000", message);
    }

    String code() {
        return code;
    }

    String message() {
        return String.valueOf(getMessage());
    }

    String detail() {
        return detail;
    }
}
