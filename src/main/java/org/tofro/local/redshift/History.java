package org.tofro.local.redshift;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The statements that were run ("STL_QUERY", r_STL_QUERY.html; "SYS_QUERY_HISTORY", SYS_QUERY_HISTORY.html): the latest
 * thousand, written down when somebody asks.
 */
final class History {
    private static final int LATEST = 1000;
    private static final int LONGEST_TEXT = 4000;

    /** The words behind which a secret stands. */
    private static final Set<String> SECRETS =
            Set.of("CREDENTIALS", "ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN", "TOKEN", "PASSWORD");

    /** A statement that was run. */
    record Entry(String database, long query, String label, int pid, String text) {}

    private final FrontSettings.Postgres postgres;
    private final Deque<Entry> entries = new ArrayDeque<>();

    History(FrontSettings.Postgres postgres) {
        this.postgres = postgres;
    }

    /** The statement with every secret left out, as Redshift shows it. */
    static String withoutSecrets(String sql) {
        String upper = sql.toUpperCase(Locale.ROOT);
        if (SECRETS.stream().noneMatch(upper::contains)) {
            return sql;
        }
        try {
            Statement statement = Statement.of(sql);
            Edits edits = new Edits(statement);
            for (int i = 0; i < statement.tokens().size(); i++) {
                int word = statement.at(i - 1).is("AS") ? i - 2 : i - 1;
                if (statement.at(i).kind() == Token.Kind.STRING
                        && SECRETS.contains(statement.at(word).text().toUpperCase(Locale.ROOT))) {
                    edits.replace(i, i + 1, "''");
                }
            }
            return edits.apply();
        } catch (RedshiftException e) {
            return "";
        }
    }

    static boolean isAsked(String sql) {
        String text = sql.toLowerCase(Locale.ROOT);
        return text.contains("stl_query") || text.contains("sys_query_history");
    }

    synchronized void add(Entry entry) {
        if (entries.size() == LATEST) {
            entries.poll();
        }
        entries.add(entry);
    }

    /** Writes down what was run in this database and is not written yet. */
    void write(String database) {
        List<Entry> due = new ArrayList<>();
        synchronized (this) {
            entries.removeIf(entry -> entry.database().equals(database) && due.add(entry));
        }
        String insert = "INSERT INTO redshift_front.queries (query_id, label, session_id, text) VALUES (?, ?, ?, ?)";
        try (Connection connection =
                        DriverManager.getConnection(postgres.jdbcUrl(database), postgres.user(), postgres.password());
                PreparedStatement statement = connection.prepareStatement(insert)) {
            for (Entry entry : due) {
                statement.setLong(1, entry.query());
                statement.setString(2, entry.label());
                statement.setInt(3, entry.pid());
                statement.setString(
                        4,
                        entry.text()
                                .substring(
                                        0, Math.min(LONGEST_TEXT, entry.text().length())));
                statement.addBatch();
            }
            statement.executeBatch();
        } catch (SQLException e) {
            // A view that shows too little is no reason to fail the statement that looks at it.
            System.getLogger(History.class.getName()).log(System.Logger.Level.WARNING, "history not written", e);
        }
    }
}
