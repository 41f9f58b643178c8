package org.tofro.connect.jdbc;

import java.math.BigInteger;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.Random;
import java.util.UUID;

/** Values of PostgreSQL's types from a seed, ugly ones more often than they deserve, as text. */
final class RandomValues {
    private static final String[] UGLY = {
        "",
        " ",
        "  x ",
        "\\N",
        "\\\\",
        "\\.",
        "NULL",
        "null",
        "\"",
        "\"\"",
        ",",
        "\n",
        "\r\n",
        "\r",
        "\t",
        "'",
        "$1",
        "%s",
        "\u0001",
        "\u001a",
        "\u007f",
        "\u0085",
        "\u2028",
        "\ufeff",
        "\ufffe",
        "\uffff",
        "\ufdd0",
        "\u00e9",
        "e\u0301",
        "\u4e2d\u6587",
        "\ud83d\ude00",
        "\udbff\udfff",
        "\ud83d\udc69\u200d\ud83c\udfeb",
        "a\"b,\"\nc",
        "\\",
        "tofro_null_"
    };

    private final Random random;

    RandomValues(long seed) {
        this.random = new Random(seed);
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    @SafeVarargs
    final <T> T one(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    String integer(int bits) {
        long most = (1L << (bits - 1)) - 1;
        long any = random.nextLong() >> (64 - bits);
        return String.valueOf(one(any, any >> random.nextInt(bits), most, -most - 1, 0L, -1L));
    }

    String oid() {
        return String.valueOf(one(0L, 0xffff_ffffL, random.nextLong() & 0xffff_ffffL));
    }

    /** A number of that many digits at most on both sides of its point. */
    String decimal(int before, int after) {
        String whole = digits(random.nextInt(before) + 1);
        String rest = after == 0 ? "" : one("", "." + digits(random.nextInt(after) + 1));
        String most = "9".repeat(before) + (after == 0 ? "" : "." + "9".repeat(after));
        String least = after == 0 ? "1" : "0." + "0".repeat(after - 1) + "1";
        return one("", "-") + one(whole + rest, whole + rest, whole + rest, most, least, "0");
    }

    private String digits(int count) {
        return new BigInteger(count * 4, random)
                .add(BigInteger.TEN.pow(count))
                .toString()
                .substring(0, count);
    }

    /** A numeric(3,5). */
    String small() {
        return one("", "-") + "0.00" + digits(3);
    }

    String real() {
        float any = Float.intBitsToFloat(random.nextInt());
        return one(
                String.valueOf(any),
                String.valueOf(any),
                "NaN",
                "Infinity",
                "-Infinity",
                "-0",
                "1e-45",
                "-1.1754942e-38",
                "3.4028235e38",
                "7.038531e-26",
                "0.1");
    }

    String doublePrecision() {
        double any = Double.longBitsToDouble(random.nextLong());
        return one(
                String.valueOf(any),
                String.valueOf(any),
                String.valueOf(random.nextGaussian()),
                "NaN",
                "Infinity",
                "-Infinity",
                "-0",
                "5e-324",
                "-2.225073858507201e-308",
                "1.7976931348623157e308",
                "0.1",
                "9007199254740993");
    }

    String date() {
        LocalDate any = LocalDate.ofEpochDay(random.nextInt(3_652_059) - 719_162);
        return one(any.toString(), any.toString(), "0001-01-01", "9999-12-31", "2000-02-29", "1582-10-10");
    }

    String time() {
        String micros = one("", ".000001", ".999999", ".1", "." + String.format("%06d", random.nextInt(1_000_000)));
        return "%02d:%02d:%02d%s".formatted(random.nextInt(24), random.nextInt(60), random.nextInt(60), micros);
    }

    String timestamp() {
        return one("0001-01-02", "9999-12-30", "2020-02-29", "1900-01-01", "2016-12-31") + " " + time();
    }

    String offset() {
        return one("+00", "+05:30", "-12", "+14", "-00:00:01", "+15:59:59");
    }

    String interval() {
        return one(
                "1 year 2 mons -3 days 04:05:06.7",
                "-178000000 years",
                "0",
                "-00:00:00.000001",
                "infinity",
                random.nextInt(1000) + " days " + time());
    }

    /** A text of at most so many characters that is not NUL. */
    String text(int characters) {
        StringBuilder text = new StringBuilder();
        int pieces = random.nextInt(5);
        for (int i = 0; i < pieces; i++) {
            text.append(one(one(UGLY), one(UGLY), "word", Character.toString(anyCharacter())));
        }
        int most = Math.min(text.codePointCount(0, text.length()), characters);
        return text.substring(0, text.offsetByCodePoints(0, most));
    }

    private int anyCharacter() {
        int any = 1 + random.nextInt(one(0x7f, 0x7ff, Character.MAX_CODE_POINT));
        return any >= 0xd800 && any < 0xe000 ? 'x' : any;
    }

    /** At least one byte: COPY loads none as NULL. */
    String bytes() {
        byte[] bytes = new byte[1 + random.nextInt(40)];
        random.nextBytes(bytes);
        return "\\x" + HexFormat.of().formatHex(bytes);
    }

    String uuid() {
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }

    String json() {
        return one("null", "1.50", "{\"a\": 1, \"a\":2}", " [ ] ", "\"\\ud83d\"", "\"\\n\\u0000\"", "1e400");
    }

    String jsonb() {
        return one("null", "1.50", "{\"a\": \"\\\"\ud83d\ude00\"}", "[]", "12345678901234567890.123456789");
    }

    String xml() {
        return one("", "<a/>", "<a b=\"c\">,&quot;\n</a>", "text");
    }

    String texts() {
        return one(
                "{}", "{NULL,\"NULL\"}", "{\"a,b\",\"c\\\\\\\"d\",\"\"}", "{\"\n\",\"\ud83d\ude00\"}", "[2:3]={a,b}");
    }

    String inet() {
        return one(
                "10.0.0.1/8",
                "0.0.0.0",
                "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "::ffff:255.255.255.255/100",
                "%d.%d.%d.%d".formatted(below(256), below(256), below(256), below(256)));
    }
}
