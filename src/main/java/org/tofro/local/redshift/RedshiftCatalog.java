package org.tofro.local.redshift;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;

/** The system views and functions of Redshift that PostgreSQL lacks, installed once in each database behind a front. */
public final class RedshiftCatalog {
    /** The advisory lock under which the catalogue is installed. */
    private static final long LOCK = 5_439_082_003L;

    private RedshiftCatalog() {}

    /** Creates the database that clients know by this name, where it is missing, and installs the catalogue in it. */
    public static void create(FrontSettings.Postgres postgres, String database) throws SQLException {
        String url = "jdbc:postgresql://" + postgres.host() + ":" + postgres.port() + "/postgres";
        String name = postgres.databasePrefix() + database;
        try (Connection connection = DriverManager.getConnection(url, postgres.user(), postgres.password());
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(" + LOCK + ")");
            boolean there;
            try (ResultSet rows =
                    statement.executeQuery("SELECT 1 FROM pg_database WHERE datname = " + SqlText.literal(name))) {
                there = rows.next();
            }
            if (!there) {
                statement.execute("CREATE DATABASE " + SqlText.name(name)
                        + " ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
            }
        }
        install(postgres.jdbcUrl(database), postgres.user(), postgres.password());
    }

    /** Installs the catalogue in a database, or brings it up to date; the user must be a superuser. */
    public static void install(String jdbcUrl, String user, String password) throws SQLException {
        try (Connection connection = DriverManager.getConnection(jdbcUrl, user, password);
                Statement statement = connection.createStatement()) {
            statement.execute("SET allow_system_table_mods TO on");
            connection.setAutoCommit(false);
            statement.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
            statement.execute(script());
            connection.commit();
        }
    }

    private static String script() {
        try (InputStream in = RedshiftCatalog.class.getResourceAsStream("catalog.sql")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
