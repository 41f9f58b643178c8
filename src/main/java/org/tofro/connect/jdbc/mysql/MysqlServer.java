package org.tofro.connect.jdbc.mysql;

import com.mysql.cj.conf.PropertyKey;
import com.mysql.cj.jdbc.Driver;
import com.mysql.cj.jdbc.JdbcConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.jdbc.ExtractRequest;
import org.tofro.connect.jdbc.SourceServer;
import org.tofro.connect.jdbc.SourceSession;
import org.tofro.settings.MysqlConnection;

/**
 * A MySQL or MariaDB server.
 *
 * @param connection its address and the user
 * @param zeroDates what becomes of dates that are none
 */
public record MysqlServer(MysqlConnection connection, ZeroDates zeroDates) implements SourceServer {
    private static final int LARGEST_ROW = 1 << 30;

    @Override
    public String name() {
        return connection.name();
    }

    @Override
    public String address() {
        return connection.host() + ":" + connection.port();
    }

    @Override
    public String user() {
        return connection.user();
    }

    @Override
    public int maxConnections() {
        return connection.maxConnections();
    }

    /** One more may hold the tables' locks while the readers begin. */
    @Override
    public int sessions(int readers) {
        return readers == 1 ? 1 : readers + 1;
    }

    @Override
    public SourceSession open(ExtractRequest request, Duration login) throws SQLException {
        return MysqlSession.open(this, request, login);
    }

    @Override
    public boolean isFull(SQLException e) {
        return MysqlErrors.isFull(e);
    }

    @Override
    public ExtractException translate(ExtractRequest request, SQLException e) {
        return MysqlErrors.translate(request, e);
    }

    /**
     * Connects.
     *
     * @param database chosen at once; empty for none
     * @param sessionName what the server sees as the client's name
     * @param login how long the server may take to let the session in, where the connection does not say it itself
     */
    Connection connect(String database, String sessionName, Duration login) throws SQLException {
        Properties properties = MysqlLogin.properties(connection, database);
        properties.putIfAbsent(
                PropertyKey.connectTimeout.getKeyName(), Long.toString(Math.min(10_000, login.toMillis())));
        properties.putIfAbsent(PropertyKey.socketTimeout.getKeyName(), Long.toString(login.toMillis()));
        // The driver parts its attributes by commas.
        MysqlLogin.set(properties, PropertyKey.connectionAttributes, "program_name:" + sessionName.replace(',', '_'));
        // Else it takes a byte for a boolean and a year for a date.
        MysqlLogin.set(properties, PropertyKey.tinyInt1isBit, "false");
        MysqlLogin.set(properties, PropertyKey.yearIsDateType, "false");
        MysqlLogin.set(properties, PropertyKey.useServerPrepStmts, "false");
        Connection opened = new Driver().connect("jdbc:mysql:///", properties);
        if (opened == null) {
            throw new SQLException("the driver does not know its own address");
        }
        // The server's limit is for what it takes; the driver would hold it against rows that it sends too.
        opened.unwrap(JdbcConnection.class)
                .getPropertySet()
                .getIntegerProperty(PropertyKey.maxAllowedPacket)
                .setValue(LARGEST_ROW);
        return opened;
    }
}
