package org.tofro.local.redshift;

/**
 * A column that a COPY fills.
 *
 * @param name its name
 * @param type PostgreSQL's name of the type behind
 * @param modifier PostgreSQL's type modifier, -1 where there is none
 * @param notNull whether NULL is an error
 * @param identity whether it numbers rows by itself
 * @param declared the type in SQL's words
 */
record CopyColumn(String name, String type, int modifier, boolean notNull, boolean identity, String declared) {
    boolean isCharacter() {
        return type.equals("varchar") || type.equals("bpchar") || type.equals("text");
    }

    /** The declared length in bytes, or the greatest there is. */
    int length() {
        return modifier > 4 ? modifier - 4 : 65535;
    }

    /** The most digits that a number may have before its point. */
    int wholeDigits() {
        return modifier < 4 ? Integer.MAX_VALUE : ((modifier - 4) >> 16) - scale();
    }

    /** The most digits that a number may have behind its point. */
    int scale() {
        return modifier < 4 ? Integer.MAX_VALUE : (modifier - 4) & 0x7ff;
    }

    /** What STL_LOAD_ERRORS calls the length. */
    String lengthText() {
        return isCharacter() ? String.valueOf(length()) : "0";
    }
}
