package org.tofro.connect.jdbc.mysql;

import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the user may lock, as far as the server's list of grants tells; whether it is so, only the lock itself shows.
 *
 * @param mayLock whether the server or a table may be locked
 */
record MysqlGrants(boolean mayLock) {
    static MysqlGrants of(MysqlSession session) throws SQLException {
        for (List<@Nullable String> row : session.rows("SHOW GRANTS")) {
            String grant = String.valueOf(row.get(0)).toUpperCase(Locale.ROOT);
            String privileges = grant.substring(0, Math.max(0, grant.indexOf(" ON ")));
            if (privileges.contains("ALL PRIVILEGES")
                    || privileges.contains("RELOAD")
                    || privileges.contains("FLUSH_TABLES")
                    || privileges.contains("LOCK TABLES")) {
                return new MysqlGrants(true);
            }
        }
        return new MysqlGrants(false);
    }
}
