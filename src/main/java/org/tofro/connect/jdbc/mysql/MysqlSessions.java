package org.tofro.connect.jdbc.mysql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.jdbc.SessionName;
import org.tofro.settings.MysqlConnection;

/** The sessions that a run has on a MySQL server, found by the label in front of each query that reads rows. */
public final class MysqlSessions {
    private static final Duration LOGIN = Duration.ofSeconds(5);

    private MysqlSessions() {}

    /**
     * Ends them.
     *
     * @return how many there were
     * @throws ExtractException where the server cannot be asked
     */
    public static int endOfRun(MysqlConnection connection, String run) {
        MysqlServer server = new MysqlServer(connection, ZeroDates.FAIL);
        String label = "/* tofro:%/"
                + SessionName.runOf(run)
                        .replace("\\", "\\\\")
                        .replace("%", "\\%")
                        .replace("_", "\\_") + " */%";
        try (Connection asking = server.connect("", "tofro:cancel", LOGIN);
                Statement statement = asking.createStatement()) {
            List<Long> sessions = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery("SELECT ID FROM information_schema.PROCESSLIST WHERE USER ="
                    + " SUBSTRING_INDEX(CURRENT_USER(), '@', 1) AND INFO LIKE " + Identifiers.string(label))) {
                while (rows.next()) {
                    sessions.add(rows.getLong(1));
                }
            }
            for (long session : sessions) {
                statement.execute("KILL " + session);
            }
            return sessions.size();
        } catch (SQLException e) {
            throw new ExtractException(
                    "connection '" + server.name() + "' at " + server.address() + ": cannot look for sessions of run "
                            + run + ": " + MysqlErrors.message(e),
                    false,
                    e);
        }
    }
}
