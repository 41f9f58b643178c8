package org.tofro.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tofro.local.Environments.of;
import static org.tofro.local.Environments.serve;
import static org.tofro.local.Environments.write;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.settings.MysqlConnection;
import org.tofro.settings.Secret;
import org.tofro.settings.Settings;

class MysqlStandInTest {
    private static final Path SHIPPED = Path.of("test-data/rds/host_db_2").toAbsolutePath();

    @TempDir
    private Path checkout;

    private final List<String> progress = java.util.Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void down() {
        Stack.down(checkout);
    }

    private static MysqlConnection mysql(String seed) {
        return new MysqlConnection("host_db_2", true, seed, "", 0, "", Secret.of(""), 8, Map.of());
    }

    private MysqlConnection served(String seed) {
        Settings settings = serve(of(mysql(seed)), checkout, progress);
        return (MysqlConnection) settings.connections().get("host_db_2");
    }

    private static List<String> query(MysqlConnection server, String database, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:mysql://127.0.0.1:" + server.port() + "/" + database,
                        server.user(),
                        server.password().reveal());
                Statement statement = connection.createStatement()) {
            List<String> found = new ArrayList<>();
            if (statement.execute(sql)) {
                ResultSet rows = statement.getResultSet();
                while (rows.next()) {
                    List<String> row = new ArrayList<>();
                    for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                        row.add(String.valueOf(rows.getString(i)));
                    }
                    found.add(String.join("|", row));
                }
            }
            return found;
        }
    }

    @Test
    void theShippedSeedIsServedAndLastsAsThePostgresOneDoes() throws Exception {
        MysqlConnection rds = served(SHIPPED.toString());

        assertThat(query(rds, "master", """
                SELECT count(*), count(DISTINCT instructor_id, course_id), count(*) - count(`rank`),
                    count(DISTINCT `rank`), sum(title IS NULL), sum(title = '' COLLATE utf8mb4_nopad_bin),
                    sum(octet_length(title) > char_length(title)), sum(title LIKE '%🎓%')
                FROM courses_instructorincourse""")).containsExactly("12000|12000|1090|3|750|750|3000|750");
        assertThat(query(rds, "master", "SELECT course_id, subtitle, price FROM courses ORDER BY 1"))
                .containsExactly("algebra-1|null|49.00", "algebra-2||49.00", "bees|null|null", "ethics|NULL|0.00");
        assertThat(query(rds, "master", "SELECT title FROM courses WHERE course_id IN ('bees', 'ethics') ORDER BY 1"))
                .containsExactly("Èthics 🎓", "The \"secret\" life\nof bees");
        assertThatThrownBy(() -> query(
                        new MysqlConnection("a", false, null, "", rds.port(), "root", Secret.of(""), 8, Map.of()),
                        "master",
                        "SELECT 1"))
                .hasMessageStartingWith("Access denied for user 'root'");

        query(rds, "master", "INSERT INTO courses VALUES ('of mine', 'x', NULL, 1)");
        long server = Stack.status(checkout).orElseThrow().get(0).pid();
        Environments.kill(Environments.daemon(checkout).pid());
        assertThat(Environments.isAlive(server)).isTrue();
        progress.clear();
        MysqlConnection again = served(SHIPPED.toString());
        assertThat(again).isEqualTo(rds);
        assertThat(progress).containsExactly("adopted the server of host_db_2, process " + server);
        assertThat(query(again, "master", "SELECT count(*) FROM courses")).containsExactly("5");

        Environments.kill(server);
        progress.clear();
        MysqlConnection restarted = served(SHIPPED.toString());
        assertThat(progress).containsExactly("started the server of host_db_2 on 127.0.0.1:" + restarted.port());
        assertThat(query(restarted, "master", "SELECT count(*) FROM courses")).containsExactly("5");

        long last = Stack.status(checkout).orElseThrow().get(0).pid();
        assertThat(Stack.down(checkout)).isTrue();
        assertThat(Environments.isAlive(last)).isFalse();
    }

    @Test
    void aBadSeedNamesItsLineAndLeavesNothingHalf() throws Exception {
        Path seed = checkout.resolve("seed");
        Path script = write(seed.resolve("one/1.sql"), "-- a; b\nCREATE TABLE a (b int);\n\nINSERT INTO a\nVALUES (;");
        assertThatThrownBy(() -> served(seed.toString()))
                .hasMessageStartingWith(script + ":5: You have an error in your SQL syntax");
        MysqlConnection server = served(null);
        assertThat(query(server, "", "SHOW DATABASES LIKE 'one'")).isEmpty();

        write(script, "CREATE TABLE a (b int, c varchar(3)); /* ; */ INSERT INTO a VALUES (1, ';''\\'');");
        served(seed.toString());
        assertThat(query(server, "one", "SELECT * FROM a")).containsExactly("1|;''");

        Path csv = write(seed.resolve("one/a.csv"), "b,c\n1,x\n2\n");
        assertThatThrownBy(() -> served(seed.toString())).hasMessage(csv + ":3: 1 fields, and the header names 2");
        write(csv, "b,c\n1,\"x\ny\"\nseven,x\n");
        assertThatThrownBy(() -> served(seed.toString()))
                .hasMessage(csv + ":4: Data truncation: Incorrect integer value for the column `one`.`a`.`b`");

        Files.delete(csv);
        Files.createDirectory(seed.resolve("sys"));
        assertThatThrownBy(() -> served(seed.toString()))
                .hasMessage(
                        "The seed's folder '" + seed.resolve("sys") + "' has the name of a database that MySQL keeps"
                                + " for itself; give the database another name");
    }

    @Test
    void whatAServerLacksOnThisMachineIsSaidWithWhatToInstall() {
        assertThat(MariadbPrograms.advice("/c/bin/mariadbd: error while loading shared libraries: libcrypt.so.1: cannot"
                        + " open shared object file: No such file or directory\n"))
                .isEqualTo("libcrypt.so.1: cannot open shared object file: No such file or directory; install what"
                        + " MariaDB's server needs, on Debian and Ubuntu by 'apt-get install libcrypt1 libsystemd0"
                        + " libstdc++6'");
    }
}
