package org.tofro.local.redshift;

/** The plain form of numbers: no plus sign, no zeros in front, nothing to round, and no overflow. */
final class PlainNumber {
    /** So many digits fit a long as an unsigned number. */
    private static final int SAFE_DIGITS = 19;

    private PlainNumber() {}

    static boolean isInteger(byte[] data, int start, int end, long greatest) {
        boolean negative = start < end && data[start] == '-';
        int first = negative ? start + 1 : start;
        int digits = end - first;
        if (digits < 1 || digits > SAFE_DIGITS || (data[first] == '0' && (digits > 1 || negative))) {
            return false;
        }
        long value = 0;
        for (int i = first; i < end; i++) {
            int digit = data[i] - '0';
            if (digit < 0 || digit > 9) {
                return false;
            }
            value = value * 10 + digit;
        }
        // 19 digits may exceed a long, which shows as a negative value.
        return value >= 0 && value <= greatest;
    }

    /**
     * @param whole the digits that the column has before the point
     * @param scale the digits that it has behind the point
     */
    static boolean isDecimal(byte[] data, int start, int end, int whole, int scale) {
        boolean negative = start < end && data[start] == '-';
        int first = negative ? start + 1 : start;
        int point = digits(data, first, end);
        int digits = point - first;
        boolean zero = digits == 1 && data[first] == '0';
        if (digits < 1 || (zero ? 0 : digits) > whole || (data[first] == '0' && !zero)) {
            return false;
        }
        if (point < end) {
            int behind = end - point - 1;
            if (data[point] != '.' || behind < 1 || behind > scale || digits(data, point + 1, end) < end) {
                return false;
            }
        }
        // There is no negative zero.
        return !(negative && zero) || hasNonZero(data, point + 1, end);
    }

    /** Any form that is one number: it goes on as it is. */
    static boolean isFloat(byte[] data, int start, int end) {
        int first = start < end && (data[start] == '-' || data[start] == '+') ? start + 1 : start;
        int at = digits(data, first, end);
        if (at == first) {
            return false;
        }
        if (at < end && data[at] == '.') {
            at = digits(data, at + 1, end);
        }
        if (at < end && (data[at] == 'e' || data[at] == 'E')) {
            int exponent = at + 1 < end && (data[at + 1] == '-' || data[at + 1] == '+') ? at + 2 : at + 1;
            at = digits(data, exponent, end);
            return at == end && at > exponent;
        }
        return at == end;
    }

    /** Where the digits end that start here. */
    private static int digits(byte[] data, int start, int end) {
        int at = start;
        while (at < end && data[at] >= '0' && data[at] <= '9') {
            at++;
        }
        return at;
    }

    private static boolean hasNonZero(byte[] data, int start, int end) {
        for (int i = start; i < end; i++) {
            if (data[i] != '0') {
                return true;
            }
        }
        return false;
    }
}
