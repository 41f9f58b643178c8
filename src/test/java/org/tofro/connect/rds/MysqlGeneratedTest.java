package org.tofro.connect.rds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tofro.connect.rds.Loads.append;
import static org.tofro.connect.rds.Loads.by;
import static org.tofro.connect.rds.Loads.run;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.data.StagedFiles;
import org.tofro.settings.MysqlConnection;

/** Columns for which MySQL has values of its own: what was staged for them is what they hold, or nothing is. */
class MysqlGeneratedTest {
    @TempDir
    private Path folder;

    private Loads loads;

    @BeforeEach
    void area() {
        loads = new Loads(folder);
    }

    @Test
    void aNumberOfZeroStaysZero() throws Exception {
        Rds rds = Rds.mysql();
        rds.execute("CREATE TABLE people (id integer AUTO_INCREMENT PRIMARY KEY, name varchar(40))");
        StagedFiles files = loads.stage(
                "id integer, name varchar(200)", new String[] {"0", "nobody"}, new String[] {"7", "somebody"});
        loads.load(append(rds, "people"), run("run-1", 1), files);
        loads.load(by(rds, "people", "REPLACE INTO people (id, name) VALUES (?, upper(?))"), run("run-2", 2), files);
        assertThat(rds.rows("SELECT * FROM people ORDER BY id")).containsExactly("0|NOBODY", "7|SOMEBODY");
    }

    @Test
    void nullBecomesNoNumberAndNoMoment() throws Exception {
        Rds rds = old(Rds.mysql());
        rds.execute(
                "CREATE TABLE people (id integer AUTO_INCREMENT PRIMARY KEY, name varchar(40))",
                "SET SESSION explicit_defaults_for_timestamp = OFF",
                "CREATE TABLE visits (id integer, seen timestamp(6) NOT NULL)");
        String at =
                "' at 'learners': the column '%s' takes no NULL, and a row has none other for it. Nothing was changed";
        StagedFiles people = loads.stage(
                "ID integer, name varchar(200)", new String[] {"1", "somebody"}, new String[] {null, "nobody"});
        assertThatThrownBy(() -> loads.load(append(rds, "people"), run("run-1", 1), people))
                .hasMessage("cannot load people of database '" + rds.database() + at.formatted("id"));
        StagedFiles visits = loads.stage("id integer, seen timestamp", new String[] {"1", null});
        assertThatThrownBy(() -> loads.load(append(rds, "visits"), run("run-1", 1), visits))
                .hasMessage("cannot load visits of database '" + rds.database() + at.formatted("seen"));
        assertThat(rds.rows("SELECT id FROM people UNION ALL SELECT id FROM visits"))
                .isEmpty();
    }

    /** A server whose timestamps become now where they are given NULL, as those before MySQL 8.0 and MariaDB 10.10. */
    private static Rds old(Rds rds) {
        MysqlConnection at = (MysqlConnection) rds.connection();
        MysqlConnection old = new MysqlConnection(
                at.name(),
                false,
                null,
                at.host(),
                at.port(),
                at.user(),
                at.password(),
                8,
                Map.of("sessionVariables", "explicit_defaults_for_timestamp=OFF"));
        return new Rds(old, rds.database(), rds.url(), rds.user(), rds.password());
    }
}
