package org.tofro.connect.warehouse;

import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Trouble with the warehouse, in one sentence without secrets and without row data. */
public final class WarehouseException extends Exception {
    private static final Pattern CODE = Pattern.compile("^(?:ERROR:\\s*)?(?:code:\\s*)?1023\\b|\\bcode:\\s*1023\\b");

    /** Two launches that make the same schema, or the same table of Tofro's own, at once. */
    private static final Pattern OWN = Pattern.compile("\"(?:lease|records|fence|ledger)_[a-z0-9_]+\"");

    /** S3 is busy, or broke off; COPY itself has tried again before it says so. */
    private static final Pattern S3 = Pattern.compile("S3ServiceException:.*,Status 5\\d\\d\\b|\\bS3CurlException:");

    private final boolean transientTrouble;

    WarehouseException(String message, boolean transientTrouble, @Nullable Throwable cause) {
        super(message, cause);
        this.transientTrouble = transientTrouble;
    }

    static WarehouseException of(String what, SQLException cause) {
        return new WarehouseException(what + ": " + reason(cause), isTransient(cause), cause);
    }

    /** Whether the same transaction may well succeed when it is run again as a whole. */
    public boolean isTransient() {
        return transientTrouble;
    }

    /**
     * The server's own sentence: its first line only, because DETAIL and HINT may quote row data, and without the quoted
     * values that PostgreSQL's type errors carry.
     */
    static String reason(SQLException exception) {
        String message = exception.getMessage();
        if (message == null || message.isBlank()) {
            return "the driver gave no reason (SQLSTATE " + exception.getSQLState() + ")";
        }
        if (CODE.matcher(message).find()) {
            return "a concurrent transaction has changed what this one works on (error 1023)";
        }
        String first = message.strip().lines().findFirst().orElse("").replaceFirst("^(?:ERROR|FATAL):\\s*", "");
        Matcher quoted = VALUE.matcher(first);
        return quoted.replaceAll("$1 (value not shown)").strip();
    }

    private static final Pattern VALUE = Pattern.compile(
            "((?:invalid input syntax for|invalid (?:input )?value for|value(?! in column))(?: [^\"]*?)??)"
                    + ":?\\s*\"(?:[^\"]|\"\")*\"");

    /** Whether the statement was ended because of its time limit. */
    static boolean isTimeout(SQLException exception) {
        return "57014".equals(exception.getSQLState());
    }

    /**
     * Connection loss (class 08, 57P01 to 57P03), serialization failure and deadlock (class 40), Redshift's 1023, too many
     * connections (53300), S3 that does not answer a COPY, and the catalogue's own races between two creators of one object (XX000 tuple concurrently
     * updated, 23505 on a system index, 42P06, 42P07, and 42710 for the type that goes with a table's rows).
     */
    static boolean isTransient(SQLException exception) {
        String state = exception.getSQLState();
        String message = exception.getMessage() == null ? "" : exception.getMessage();
        if (state == null) {
            return message.contains("I/O") || message.contains("closed");
        }
        return state.startsWith("08")
                || state.startsWith("40")
                || state.startsWith("57P0")
                || state.equals("53300")
                || CODE.matcher(message).find()
                || S3.matcher(message).find()
                || message.contains("conflict with concurrent transaction")
                || message.contains("tuple concurrently updated")
                || (state.equals("23505") && message.contains("pg_"))
                || ((state.equals("42P07") || state.equals("42710"))
                        && OWN.matcher(message).find())
                || state.equals("42P06");
    }
}
