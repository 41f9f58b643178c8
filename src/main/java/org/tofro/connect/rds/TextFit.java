package org.tofro.connect.rds;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which texts a column of another type holds as they are, or refuses aloud. The others the server would round, cut or read
 * without their offset, and say nothing; so it is told what may pass, in the notations that both servers read alike.
 */
sealed interface TextFit {
    boolean keeps(String text);

    /** What it keeps, for messages. */
    String kept();

    /** What has to be looked at in each text for that column; empty where the server changes none in silence. */
    static Optional<TextFit> of(TargetTable.Field field) {
        String type = field.type();
        Integer scale = field.scale();
        if (ColumnFit.INTEGERS.contains(type)) {
            return Optional.of(new Numbers(0));
        }
        if (ColumnFit.DECIMALS.contains(type)) {
            return Optional.ofNullable(scale).map(Numbers::new);
        }
        if (type.startsWith("timestamp") || type.equals("datetime")) {
            return Optional.of(new Moments(scale == null ? 6 : scale, type.equals("timestamp with time zone")));
        }
        if (type.startsWith("time")) {
            return Optional.of(new Clocks(scale == null ? 6 : scale, type.equals("time with time zone")));
        }
        return switch (type) {
            case "date" -> Optional.of(new Days());
            case "year" -> Optional.of(new Years());
            default -> Optional.empty();
        };
    }

    /**
     * Numbers whose last decimals are not rounded off.
     *
     * @param decimals digits behind the point that the column has
     */
    record Numbers(int decimals) implements TextFit {
        private static final Pattern NUMBER = Pattern.compile("[+-]?[\\d_]*(?:\\.([\\d_]*))?(?:[eE][+-]?[\\d_]+)?");

        @Override
        public boolean keeps(String text) {
            String number = text.strip().replace("_", "");
            Matcher matcher = NUMBER.matcher(number);
            if (!matcher.matches()) {
                // No number, which the server refuses, or a word such as NaN, which it keeps.
                return true;
            }
            if (number.indexOf('e') < 0 && number.indexOf('E') < 0) {
                return fractionOf(matcher.group(1)) <= decimals;
            }
            try {
                return new BigDecimal(number).stripTrailingZeros().scale() <= decimals;
            } catch (NumberFormatException e) {
                return false;
            }
        }

        @Override
        public String kept() {
            return decimals == 0
                    ? "whole numbers"
                    : "numbers of at most " + decimals + (decimals == 1 ? " decimal" : " decimals");
        }
    }

    /** Days without a time of theirs. */
    record Days() implements TextFit {
        static final String DAY = "(?:\\d{4,7}-\\d{1,2}-\\d{1,2}|\\d{4}/\\d{1,2}/\\d{1,2}|\\d{8})";
        static final String UTC = "(?: ?(?:[zZ]|UTC|[+-]00(?::?00)?))?";
        static final String ERA = "(?: BC)?";
        private static final Pattern KEPT =
                Pattern.compile(DAY + "(?:[ T]0?0:00(?::00(?:\\.0+)?)?" + UTC + ")?" + ERA + "|-?infinity");

        @Override
        public boolean keeps(String text) {
            return KEPT.matcher(text).matches();
        }

        @Override
        public String kept() {
            return "dates such as 2026-11-23";
        }
    }

    /**
     * Days with a time of theirs or without.
     *
     * @param digits behind the second
     * @param zoned whether the column takes an offset into account
     */
    record Moments(int digits, boolean zoned) implements TextFit {
        static final String CLOCK = "\\d{1,2}:\\d{2}(?::\\d{2}(?:\\.(\\d+))?)?";
        private static final String COMPACT = "\\d{8}T?\\d{6}(?:\\.(\\d+))?";
        private static final String ZONE = "(?: ?(?:[A-Za-z][\\w/+-]*|[+-]\\d{1,2}(?::?\\d{2}(?::?\\d{2})?)?))?";
        private static final Pattern OF_UTC = pattern(Days.UTC);
        private static final Pattern OF_ZONES = pattern(ZONE);

        private static Pattern pattern(String zone) {
            return Pattern.compile("(?:" + Days.DAY + "(?:[ T]" + CLOCK + zone + ")?|" + COMPACT + zone + ")" + Days.ERA
                    + "|-?infinity");
        }

        @Override
        public boolean keeps(String text) {
            Matcher matcher = (zoned ? OF_ZONES : OF_UTC).matcher(text);
            return matcher.matches()
                    && fractionOf(matcher.group(1)) <= digits
                    && fractionOf(matcher.group(2)) <= digits;
        }

        @Override
        public String kept() {
            return "moments " + (zoned ? "" : "of UTC ") + "such as 2026-11-23 10:15:00" + shown(digits)
                    + (zoned ? "+01" : "");
        }
    }

    /**
     * Times of a day, and the longer and the negative ones that MySQL has.
     *
     * @param digits behind the second
     * @param zoned whether the column keeps an offset
     */
    record Clocks(int digits, boolean zoned) implements TextFit {
        private static final Pattern OF_UTC = Pattern.compile("-?\\d{1,3}:\\d{2}(?::\\d{2}(?:\\.(\\d+))?)?" + Days.UTC);
        private static final Pattern OF_OFFSETS =
                Pattern.compile(Moments.CLOCK + " ?(?:[zZ]|[+-]\\d{1,2}(?::?\\d{2}(?::?\\d{2})?)?)?");

        @Override
        public boolean keeps(String text) {
            Matcher matcher = (zoned ? OF_OFFSETS : OF_UTC).matcher(text);
            return matcher.matches() && fractionOf(matcher.group(1)) <= digits;
        }

        @Override
        public String kept() {
            return "times such as 10:15:00" + shown(digits) + (zoned ? "+01" : "");
        }
    }

    /** MySQL makes years of other numbers as well. */
    record Years() implements TextFit {
        private static final Pattern KEPT = Pattern.compile("\\d{4}");

        @Override
        public boolean keeps(String text) {
            return KEPT.matcher(text).matches();
        }

        @Override
        public String kept() {
            return "years such as 2026";
        }
    }

    /** How many digits of a fraction count. */
    private static int fractionOf(@Nullable String fraction) {
        int end = fraction == null ? 0 : fraction.length();
        while (end > 0 && fraction != null && fraction.charAt(end - 1) == '0') {
            end--;
        }
        return end;
    }

    private static String shown(int digits) {
        return digits == 0 ? "" : "." + "250000".substring(0, Math.min(digits, 6));
    }
}
