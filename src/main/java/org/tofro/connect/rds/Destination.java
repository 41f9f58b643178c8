package org.tofro.connect.rds;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.warehouse.Guards;
import org.tofro.data.TableName;
import org.tofro.settings.Connection;
import org.tofro.settings.MysqlConnection;
import org.tofro.settings.PostgresConnection;

/**
 * Where rows are loaded, and how.
 *
 * @param connection the server, PostgreSQL's or MySQL's
 * @param database the database on it
 * @param table the table that the rows come to
 * @param insert the statement that inserts a row; null where each column goes to the table's column of its name
 * @param guards what a replacement of the table's rows refuses; null where the rows are added to those that are there
 */
public record Destination(
        Connection connection,
        String database,
        TableName table,
        @Nullable InsertQuery insert,
        @Nullable Guards guards) implements Serializable {
    boolean replaces() {
        return guards != null;
    }

    /** Host and port of the server. */
    String address() {
        return connection instanceof MysqlConnection mysql
                ? mysql.host() + ":" + mysql.port()
                : ((PostgresConnection) connection).host() + ":" + ((PostgresConnection) connection).port();
    }

    /** The table as messages name it. */
    String shown() {
        return table + " of database '" + database + "' at '" + connection.name() + "'";
    }
}
