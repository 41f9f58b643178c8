package org.tofro.connect.jdbc.mysql;

import com.mysql.cj.exceptions.CJCommunicationsException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.jdbc.ExtractRequest;
import org.tofro.connect.jdbc.NetworkTrouble;
import org.tofro.connect.tls.TlsTrouble;

/**
 * Turns what the driver throws into one sentence, without the values that servers quote. The numbers are those of the MySQL
 * and MariaDB error references, which differ above 1900.
 */
final class MysqlErrors {
    static final int SYNTAX = 1064;
    private static final Set<Integer> DENIED = Set.of(1142, 1143);
    private static final Pattern QUOTED_DATA = Pattern.compile("'(?:[^']|'')*'", Pattern.DOTALL);
    private static final Pattern TWICE = Pattern.compile("Duplicate column name '(.*)'", Pattern.DOTALL);
    private static final Set<Integer> FULL = Set.of(1040, 1203, 1226);
    /** A full server, a restart, a lock that was not had, a deadlock, a table that was altered under the snapshot. */
    private static final Set<Integer> PASSING =
            Set.of(1040, 1203, 1205, 1213, 1053, 1077, 1079, 1158, 1159, 1160, 1161, 1412, 1927, 3169);
    /** They complain about a value, and quote it. */
    private static final Set<Integer> OF_DATA = Set.of(1062, 1264, 1292, 1366, 1411, 1525, 1690, 3140, 3141, 4038);

    private MysqlErrors() {}

    /** Whether the server or the user has as many sessions as it may. */
    static boolean isFull(SQLException e) {
        return FULL.contains(e.getErrorCode());
    }

    static ExtractException translate(ExtractRequest request, SQLException e) {
        return new ExtractException(sentence(request, e), isTransient(e), e);
    }

    /** An error in a user's own query; the server counts its lines. */
    static ExtractException inQuery(ExtractRequest request, String origin, SQLException e) {
        return new ExtractException(origin + ": " + sentence(request, e), isTransient(e), e);
    }

    private static String sentence(ExtractRequest request, SQLException e) {
        String address = request.server().address();
        String connection = "connection '%s'".formatted(request.server().name());
        String network = NetworkTrouble.of(e, address);
        if (network != null) {
            return connection + ": " + network;
        }
        if (isFull(e)) {
            return "%s: %s has no connection left; lower `max_connections`".formatted(connection, address);
        }
        String user = request.server().user();
        return switch (e.getErrorCode()) {
            case 1045, 1698 ->
                "%s: %s refuses user '%s': wrong password, or none of this user's accounts is for this host"
                        .formatted(connection, address, user);
            case 3118, 4151 -> "%s: %s refuses user '%s': the account is locked".formatted(connection, address, user);
            case 1820, 1862 ->
                "%s: %s refuses user '%s': the password has expired".formatted(connection, address, user);
            case 1049 -> "%s: %s has no database '%s'".formatted(connection, address, request.database());
            case 1044 ->
                "%s: %s refuses user '%s' the database '%s'".formatted(connection, address, user, request.database());
            case 1129, 1130 -> "%s: %s refuses this host: %s".formatted(connection, address, message(e));
            case 1053, 1077, 1079 ->
                "%s: %s ended the session: a shutdown, or an administrator".formatted(connection, address);
            case 1927, 3169 -> "%s: an administrator of %s ended the session".formatted(connection, address);
            case 1205 ->
                request.where() + ": a lock was not had in time: another session changes the table's definition";
            case 1317 -> request.where() + ": the server cancelled the query: somebody killed it";
            case 1969, 3024 ->
                request.where() + ": the server cancelled the query: it took longer than the server allows";
            case 1412 -> request.where() + ": the table's definition was changed while it was read";
            case 1060 -> request.where() + ": " + twice(e);
            default -> isLost(e) ? lost(e, connection, address) : request.where() + ": " + says(e);
        };
    }

    private static String lost(SQLException e, String connection, String address) {
        if (String.valueOf(e.getMessage()).contains("Public Key Retrieval")) {
            return "%s: %s takes passwords over an encrypted connection only; set `tls: encrypt`"
                    .formatted(connection, address);
        }
        return "%s: the connection to %s was lost".formatted(connection, address);
    }

    private static String twice(SQLException e) {
        Matcher name = TWICE.matcher(String.valueOf(e.getMessage()));
        return name.find() ? "column '%s' comes twice; name one of them with AS".formatted(name.group(1)) : says(e);
    }

    private static String says(SQLException e) {
        return e.getErrorCode() == 0
                ? "the driver failed (%s)".formatted(e.getClass().getSimpleName())
                : "the server says: %s (error %d)".formatted(message(e), e.getErrorCode());
    }

    /** Of a connection that ends in the middle of a result the driver's exception has no state, only its cause. */
    private static boolean isLost(SQLException e) {
        boolean lost = state(e).startsWith("08");
        for (Throwable cause = e; cause != null && !lost; cause = cause.getCause()) {
            lost = cause instanceof CJCommunicationsException || cause instanceof IOException;
        }
        return lost;
    }

    private static String state(SQLException e) {
        return e.getSQLState() == null ? "" : e.getSQLState();
    }

    /** The server's own message without the values that it quotes. */
    static String message(SQLException e) {
        String message = String.valueOf(e.getMessage()).replaceAll("\\s*\\R\\s*", " ");
        boolean quotesData =
                OF_DATA.contains(e.getErrorCode()) || state(e).startsWith("22") || state(e).equals("23000");
        return quotesData ? QUOTED_DATA.matcher(message).replaceAll("'...'") : message;
    }

    /** Whether the user may not read a table, or a column of it. */
    static boolean isDenied(SQLException e) {
        return DENIED.contains(e.getErrorCode());
    }

    static boolean isTransient(SQLException e) {
        return PASSING.contains(e.getErrorCode())
                || (isLost(e)
                        && !String.valueOf(e.getMessage()).contains("Public Key Retrieval")
                        && TlsTrouble.of(e, "") == null);
    }
}
