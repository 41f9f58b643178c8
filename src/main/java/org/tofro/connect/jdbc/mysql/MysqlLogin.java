package org.tofro.connect.jdbc.mysql;

import com.mysql.cj.conf.PropertyKey;
import java.util.Properties;
import org.tofro.connect.tls.TlsSockets;
import org.tofro.settings.MysqlConnection;
import org.tofro.settings.Tls;

/** What the driver is told of a server: where it is, who logs in, and how the session is encrypted. */
public final class MysqlLogin {
    private MysqlLogin() {}

    /** The connection's own properties, and those of its fields. */
    public static Properties properties(MysqlConnection server, String database) {
        Properties properties = new Properties();
        properties.putAll(server.properties());
        set(properties, PropertyKey.USER, server.user());
        set(properties, PropertyKey.PASSWORD, server.password().reveal());
        set(properties, PropertyKey.HOST, server.host());
        set(properties, PropertyKey.PORT, Integer.toString(server.port()));
        set(properties, PropertyKey.DBNAME, database);
        set(properties, PropertyKey.socketFactory, KeepAliveMysqlSockets.class.getName());
        set(properties, PropertyKey.characterEncoding, "UTF-8");
        Tls tls = server.tls();
        if (tls.demanded()) {
            // Verifying is the sockets' business.
            set(properties, PropertyKey.sslMode, "REQUIRED");
            properties.setProperty(KeepAliveMysqlSockets.TLS, TlsSockets.words(tls));
        } else if (tls.mode() == Tls.Mode.OFF) {
            set(properties, PropertyKey.sslMode, "DISABLED");
        }
        return properties;
    }

    static void set(Properties properties, PropertyKey key, String value) {
        properties.setProperty(key.getKeyName(), value);
    }
}
