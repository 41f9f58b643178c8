package org.tofro.connect.jdbc.mysql;

import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.jdbc.CursorKind;
import org.tofro.connect.jdbc.CursorValues;
import org.tofro.connect.jdbc.ExtractRequest;
import org.tofro.connect.jdbc.Horizon;

/** A cursor's values in MySQL: numbers, days, and times of six decimals in UTC. */
final class MysqlCursorValues implements CursorValues {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);
    private static final Pattern MOMENT =
            Pattern.compile("(\\d{4}-\\d\\d-\\d\\d)(?:[ T](\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d{1,6})?)?))?(?:\\+00|Z)?");
    private static final Pattern LAG = Pattern.compile("(\\d+) *(second|minute|hour|day|week)s?");

    private final ExtractRequest request;
    private final MysqlSession session;

    MysqlCursorValues(ExtractRequest request, MysqlSession session) {
        this.request = request;
        this.session = session;
    }

    @Override
    public String name(String column) {
        return Identifiers.quote(column);
    }

    /** Its value was printed by the server, or read here. */
    @Override
    public String literal(CursorKind kind, String value) {
        return kind == CursorKind.NUMBER ? number(value).toPlainString() : "'" + moment(kind, value) + "'";
    }

    @Override
    public String text(CursorKind kind, Instant moment) {
        return shown(kind, LocalDateTime.ofInstant(moment, ZoneOffset.UTC));
    }

    @Override
    public String printed(CursorKind kind, String value) {
        return kind == CursorKind.NUMBER ? number(value).toPlainString() : moment(kind, value);
    }

    @Override
    public String untilNow(CursorKind kind, String value) throws SQLException {
        List<List<@Nullable String>> now = session.rows("SELECT NOW(6)");
        String clock = moment(kind, Objects.requireNonNull(now.get(0).get(0)));
        return value.compareTo(clock) <= 0 ? value : clock;
    }

    @Override
    public Horizon horizon(CursorKind kind) throws SQLException {
        String clock = String.valueOf(session.rows("SELECT NOW()").get(0).get(0));
        return new Horizon(
                moment(kind, clock), MysqlReplica.is(session) ? Horizon.Server.SILENT_REPLICA : Horizon.Server.PRIMARY);
    }

    @Override
    public boolean isBefore(CursorKind kind, String one, String other) {
        return kind == CursorKind.NUMBER
                ? number(one).compareTo(number(other)) < 0
                : moment(kind, one).compareTo(moment(kind, other)) < 0;
    }

    @Override
    public String minus(CursorKind kind, String value, String lag) {
        if (kind == CursorKind.NUMBER) {
            return number(value).subtract(number(lag)).toPlainString();
        }
        Matcher parts = LAG.matcher(lag);
        if (!parts.matches()) {
            throw bad("lag", lag, "a span such as 15 minutes");
        }
        long count = Long.parseLong(parts.group(1));
        Duration span = switch (parts.group(2)) {
            case "second" -> Duration.ofSeconds(count);
            case "minute" -> Duration.ofMinutes(count);
            case "hour" -> Duration.ofHours(count);
            case "day" -> Duration.ofDays(count);
            default -> Duration.ofDays(7 * count);
        };
        return shown(kind, parsed(value).minus(span));
    }

    @Override
    public @Nullable String greatest(String column, String from) throws SQLException {
        return session.rows("SELECT MAX(" + column + ") FROM " + from).get(0).get(0);
    }

    @Override
    public long nulls(String column, String from) throws SQLException {
        return Long.parseLong(
                Objects.requireNonNull(session.rows("SELECT COUNT(*) FROM " + from + "\nWHERE " + column + " IS NULL")
                        .get(0)
                        .get(0)));
    }

    private BigDecimal number(String value) {
        try {
            return new BigDecimal(value.strip());
        } catch (NumberFormatException e) {
            throw bad("value", value, "a number");
        }
    }

    private String moment(CursorKind kind, String value) {
        return shown(kind, parsed(value));
    }

    private LocalDateTime parsed(String value) {
        Matcher form = MOMENT.matcher(value.strip());
        try {
            if (form.matches()) {
                LocalTime time = form.group(2) == null ? LocalTime.MIDNIGHT : LocalTime.parse(form.group(2));
                return LocalDate.parse(form.group(1)).atTime(time);
            }
        } catch (DateTimeException e) {
            // Said below.
        }
        throw bad("value", value, "a date or a time such as 2024-02-29 12:00:00");
    }

    private static String shown(CursorKind kind, LocalDateTime moment) {
        return kind == CursorKind.DATE ? moment.toLocalDate().toString() : TIME.format(moment);
    }

    private ExtractException bad(String what, String value, String wanted) {
        return ExtractException.permanent(
                "%s: the cursor's %s '%s' is not %s".formatted(request.where(), what, value, wanted));
    }
}
