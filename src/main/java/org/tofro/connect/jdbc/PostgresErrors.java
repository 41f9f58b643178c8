package org.tofro.connect.jdbc;

import java.sql.SQLException;
import java.util.regex.Pattern;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.tls.TlsTrouble;

/**
 * Turns what the driver throws into one sentence. The server's DETAIL and CONTEXT never pass: they quote rows.
 * The codes are those of PostgreSQL's documentation, appendix A.
 */
final class PostgresErrors {
    private static final Pattern QUOTED_DATA =
            Pattern.compile("\"(?:[^\"]|\"\")*\"|\\b0x\\p{XDigit}{2}(?: 0x\\p{XDigit}{2})*", Pattern.DOTALL);

    /** In a transaction that only reads, this is what a hot standby gives the queries that hold up its replay. */
    private static final String CONFLICT = "40001";

    private static final String FULL = "53300";

    private static final String REPLICA_CONFLICT =
            "the replica cancelled the query to apply changes of its primary; set hot_standby_feedback = on or a longer"
                    + " max_standby_streaming_delay there, or read the primary";

    private PostgresErrors() {}

    static ExtractException translate(ExtractRequest request, SQLException e) {
        return new ExtractException(sentence(request, e), isTransient(e), e);
    }

    /** Of a hot standby, which may say it in any language. */
    static ExtractException ofReplica(ExtractRequest request, SQLException e) {
        return state(e).equals(CONFLICT)
                ? new ExtractException(request.where() + ": " + REPLICA_CONFLICT, true, e)
                : translate(request, e);
    }

    private static String sentence(ExtractRequest request, SQLException e) {
        SourceServer server = request.server();
        String address = server.address();
        String connection = "connection '%s'".formatted(server.name());
        String network = NetworkTrouble.of(e, address);
        if (network != null) {
            return connection + ": " + network;
        }
        return switch (state(e)) {
            case "28P01" -> "%s: %s refuses user '%s': wrong password".formatted(connection, address, server.user());
            case "28000" -> "%s: %s refuses user '%s': %s".formatted(connection, address, server.user(), message(e));
            case "3D000" -> "%s: %s has no database '%s'".formatted(connection, address, request.database());
            case FULL -> "%s: %s has no connection left; lower `max_connections`".formatted(connection, address);
            case "57P01" -> "%s: %s ended the session: a shutdown, or an administrator".formatted(connection, address);
            case "57P02" -> "%s: %s crashed while it was read".formatted(connection, address);
            case "57P03" -> "%s: %s is starting up or shutting down".formatted(connection, address);
            // A timeout of the driver's own: it gave up waiting for the server's answer.
            case "08001" -> "%s: %s does not answer".formatted(connection, address);
            case "08000", "08003", "08006", "08007", "08P01" ->
                "%s: the connection to %s was lost".formatted(connection, address);
            default -> request.where() + ": " + statement(e);
        };
    }

    private static String statement(SQLException e) {
        String state = state(e);
        if (state.equals(CONFLICT) && message(e).contains("recovery")) {
            return REPLICA_CONFLICT;
        }
        if (state.equals("55P03")) {
            return "a lock was not had within 60 s: another session changes the table's definition";
        }
        if (state.equals("57014")) {
            return "the server cancelled the query: " + message(e);
        }
        return "the server says: " + message(e) + " (SQLSTATE " + state + ")";
    }

    static String state(SQLException e) {
        return e.getSQLState() == null ? "" : e.getSQLState();
    }

    /** The server's own message without the values that it quotes. */
    static String message(SQLException e) {
        ServerErrorMessage server = e instanceof PSQLException psql ? psql.getServerErrorMessage() : null;
        String message = server == null ? null : server.getMessage();
        if (message == null) {
            return "the driver failed (%s)".formatted(e.getClass().getSimpleName());
        }
        // Class 22 and 23 complain about data, and quote it.
        boolean quotesData = state(e).startsWith("22") || state(e).startsWith("23");
        return quotesData ? QUOTED_DATA.matcher(message).replaceAll("\"...\"") : message;
    }

    /** The position in the statement that was sent, from 1, or 0. */
    static int position(SQLException e) {
        ServerErrorMessage server = e instanceof PSQLException psql ? psql.getServerErrorMessage() : null;
        return server == null ? 0 : server.getPosition();
    }

    /** An error in a user's own query, with the line and column where the server found it. */
    static ExtractException inQuery(ExtractRequest request, String sql, String origin, int offset, SQLException e) {
        int at = position(e) - offset - 1;
        if (at < 0 || at > sql.length()) {
            return translate(request, e);
        }
        String before = sql.substring(0, sql.offsetByCodePoints(0, Math.min(at, sql.codePointCount(0, sql.length()))));
        long line = before.chars().filter(c -> c == '\n').count() + 1;
        int column = before.length() - before.lastIndexOf('\n');
        return new ExtractException(
                "%s: %s, line %d, column %d of the query".formatted(origin, sentence(request, e), line, column),
                isTransient(e),
                e);
    }

    /** Whether the server, the database or the user has as many sessions as it may. */
    static boolean isFull(SQLException e) {
        return state(e).equals(FULL);
    }

    static boolean isTransient(SQLException e) {
        String state = state(e);
        return switch (state) {
            case "28P01", "28000", "3D000" -> false;
            case "57P01", "57P02", "57P03", FULL, "25P03", CONFLICT, "40P01", "55P03" -> true;
            default -> state.startsWith("08") && TlsTrouble.of(e, "") == null;
        };
    }
}
