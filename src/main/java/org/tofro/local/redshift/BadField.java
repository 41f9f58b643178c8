package org.tofro.local.redshift;

/** A field that cannot be loaded into its column. */
final class BadField extends Exception {
    private static final long serialVersionUID = 1L;

    private final int code;

    BadField(int code, String reason) {
        super(reason, null, false, false);
        this.code = code;
    }

    int code() {
        return code;
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
