package org.tofro.connect.jdbc.mysql;

import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Whether a server has its rows from another. How far it has come is not asked: the seconds by which it says it is behind are
 * those behind what has reached it.
 */
final class MysqlReplica {
    private static final int SYNTAX = 1064;
    private static final Set<Integer> NOT_ALLOWED = Set.of(1044, 1045, 1142, 1227);

    private MysqlReplica() {}

    /** A server on which nobody writes counts as one: replicas are kept so, and not every user may ask for more. */
    static boolean is(MysqlSession session) throws SQLException {
        boolean readOnly = session.rows("SELECT @@GLOBAL.read_only, @@GLOBAL.innodb_read_only").get(0).stream()
                .map(Objects::requireNonNull)
                .anyMatch(value -> !value.equals("0") && !value.equals("OFF"));
        return readOnly || hasSource(session);
    }

    private static boolean hasSource(MysqlSession session) throws SQLException {
        List<String> ways = session.mariadb()
                ? List.of("SHOW ALL SLAVES STATUS")
                : List.of("SHOW REPLICA STATUS", "SHOW SLAVE STATUS");
        for (String way : ways) {
            try {
                return !session.rows(way).isEmpty();
            } catch (SQLException e) {
                if (NOT_ALLOWED.contains(e.getErrorCode())) {
                    return false;
                }
                if (e.getErrorCode() != SYNTAX) {
                    throw e;
                }
            }
        }
        return false;
    }
}
