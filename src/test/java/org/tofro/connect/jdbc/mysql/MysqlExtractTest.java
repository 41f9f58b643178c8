package org.tofro.connect.jdbc.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.jdbc.Extract;
import org.tofro.connect.jdbc.ExtractRequest;
import org.tofro.connect.jdbc.Fault;
import org.tofro.connect.jdbc.ReadSource;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.data.SqlScript;
import org.tofro.data.TableName;
import org.tofro.local.LocalMysql;
import org.tofro.settings.MysqlConnection;

/** Tables and queries of MySQL become files, and what is wrong with them a sentence. */
class MysqlExtractTest {
    private static MysqlSource source;

    @TempDir
    static Path folder;

    @BeforeAll
    static void start() throws Exception {
        source = MysqlSource.of(LocalMysql.shared());
        source.execute(
                "CREATE TABLE Courses (instructor_id int, course_id int, `rank` int, title varchar(20))",
                "INSERT INTO Courses VALUES (1, 7, 1, 'a\"b,\\n'), (1, 8, 2, NULL), (2, 9, 1, '')",
                "CREATE TABLE old (id int PRIMARY KEY) ENGINE = MyISAM",
                "INSERT INTO old VALUES (1), (2)",
                "CREATE VIEW ranked AS SELECT course_id, `rank` FROM Courses",
                "SET sql_mode = ''",
                "CREATE TABLE dated (id int PRIMARY KEY, seen date, at datetime(3))",
                "INSERT INTO dated VALUES (1, '0000-00-00', '2024-00-10 00:00:00'), (2, '2024-02-29', '2024-02-29 01:02:03.004')",
                "CREATE TABLE cyrillic (name varchar(9) CHARACTER SET cp1251)",
                "INSERT INTO cyrillic VALUES (x'cfe5f2f0'), ('?'), (x'98')",
                "CREATE TABLE times (at time(1), flag tinyint(1), big bigint unsigned)",
                "INSERT INTO times VALUES ('-00:00:00.1', 2, 18446744073709551615), ('24:00:00', 1, 0), ('838:59:59', 0, 1)");
    }

    private static ExtractRequest as(MysqlConnection connection, String database) {
        return MysqlSource.request(
                connection,
                database,
                new ReadSource.OfTable(TableName.parse("old").orElseThrow()),
                List.of(),
                2,
                List.of());
    }

    private static void fails(ExtractRequest request, String message) {
        assertThatThrownBy(() -> MysqlSource.rows(folder, request))
                .isInstanceOf(ExtractException.class)
                .hasMessage(message.replace("WHERE", "connection 'source', database '" + source.database() + "'")
                        .replace("ADDRESS", "127.0.0.1:" + source.mysql().port()));
    }

    @Test
    void readsTablesViewsAndQueries() throws Exception {
        assertThat(MysqlSource.rows(folder, source.table("courses")))
                .containsExactlyInAnyOrder("1\t7\t1\ta\"b,\n", "1\t8\t2\t~", "2\t9\t1\t");
        assertThat(MysqlSource.rows(folder, source.table("ranked", new ColumnChoice("rank", "place", null))))
                .containsExactlyInAnyOrder("1", "2", "1");
        assertThat(MysqlSource.rows(
                        folder, source.sql("SELECT instructor_id, course_id, rank FROM Courses WHERE rank = 1; # end")))
                .containsExactlyInAnyOrder("1\t7\t1", "2\t9\t1");
        assertThat(MysqlSource.rows(folder, source.sql("SELECT max(`rank`) AS most, NULL AS nothing FROM Courses")))
                .containsExactly("2\t~");
        assertThat(MysqlSource.rows(folder, source.sql("SELECT * FROM Courses WHERE false")))
                .isEmpty();
    }

    @Test
    void saysWhyItReadsSo() {
        assertThat(Extract.plan(source.table("old")).reason())
                .isEqualTo("one reader: MyISAM keeps no snapshots, so only a single query sees one moment of it");
        assertThat(Extract.plan(source.table("ranked")).reason())
                .isEqualTo("one reader: a view has no index of its own");
        assertThat(Extract.plan(source.table("courses")).reason())
                .isEqualTo("one reader: the table has 16 KiB, ranges begin at 16 MiB");
        assertThat(Extract.plan(source.sql("SELECT count(*) AS n FROM Courses")).reason())
                .isEqualTo("one reader: the query is not split, because the function count may give another result in"
                        + " another session");
        assertThat(Extract.plan(source.sql("SELECT @x AS x, course_id FROM Courses"))
                        .reason())
                .isEqualTo("one reader: the query is not split, because it has a variable");
    }

    @Test
    void saysWhatIsWrongWithTheStep() {
        fails(
                source.table("course"),
                "WHERE: there is no table 'course' that user 'tofro' may see; did you mean 'Courses'?");
        fails(
                source.table("courses", new ColumnChoice("rnk", null, null)),
                "WHERE: there is no column 'rnk'; did you mean 'rank'?");
        fails(source.sql("SELECT 1 AS a, 2 AS a"), "p.yaml:4: WHERE: column 'a' comes twice; name one of them with AS");
        fails(
                source.sql("SELECT course\nFROM Courses"),
                "p.yaml:4: WHERE: the server says: Unknown column 'course' in 'field list' (error 1054)");
        assertThatThrownBy(() -> MysqlSource.rows(folder, source.sql("SELECT 1 AS one\nFORM Courses")))
                .hasMessageStartingWith("p.yaml:4: connection 'source', database '" + source.database()
                        + "': the server says: You have an error in your SQL syntax")
                .hasMessageContaining("at line 2");
        fails(source.sql("SELECT 1; SELECT 2"), "p.yaml:4: an extract takes one query, not several");
        fails(source.sql(" ; "), "p.yaml:4: the query is empty");
        fails(
                source.request(
                        new ReadSource.OfSql(new SqlScript("SELECT * FROM Courses", "p")),
                        List.of("rnk"),
                        2,
                        List.of()),
                "WHERE: `split_by` names 'rnk', which is none of what is read; did you mean 'rank'?");
    }

    @Test
    void saysWhatIsWrongWithTheConnection() {
        MysqlConnection right = source.mysql().connection();
        fails(
                as(source.mysql().connection("tofro", "wrong", 8), source.database()),
                "connection 'source': ADDRESS refuses user 'tofro': wrong password, or none of this user's accounts is"
                        + " for this host");
        fails(as(right, "nowhere"), "connection 'source': ADDRESS has no database 'nowhere'");
        fails(
                as(
                        new MysqlConnection(
                                "source", false, null, "127.0.0.1", 1, "x", right.password(), 8, right.properties()),
                        "x"),
                "connection 'source': 127.0.0.1:1 cannot be reached");
        fails(
                as(
                        new MysqlConnection(
                                "source",
                                false,
                                null,
                                "no-such.invalid",
                                1,
                                "x",
                                right.password(),
                                8,
                                right.properties()),
                        "x"),
                "connection 'source': the host of no-such.invalid:1 is unknown");
    }

    @Test
    void zeroDatesFailOrBecomeNull() throws Exception {
        fails(
                source.table("dated"),
                "WHERE: column 'seen' (date -> date): 1 value with a month or a day of zero; `zero_dates: null` makes NULL"
                        + " of them, `columns: type` with varchar(10) would carry them; column 'at' (datetime(3) ->"
                        + " timestamp): 1 value with a month or a day of zero; `zero_dates: null` makes NULL of them,"
                        + " `columns: type` with varchar(26) would carry them");
        ExtractProgress progress = new ExtractProgress();
        assertThat(MysqlSource.rows(folder, MysqlSource.nulling(source.table("dated")), progress, Fault.NONE))
                .containsExactlyInAnyOrder("1\t~\t~", "2\t2024-02-29\t2024-02-29 01:02:03.004");
        assertThat(progress.notes())
                .contains("column 'seen': 1 date with a month or a day of zero became NULL in one of its ranges");
        assertThat(MysqlSource.rows(
                        folder,
                        source.table(
                                "dated",
                                new ColumnChoice("seen", null, "varchar(10)"),
                                new ColumnChoice("at", null, "varchar(26)"))))
                .contains("0000-00-00\t2024-00-10 00:00:00.000");
    }

    @Test
    void valuesThatRedshiftDoesNotHaveFail() throws Exception {
        fails(
                source.table("times", new ColumnChoice("at", null, null), new ColumnChoice("flag", null, "boolean")),
                "WHERE: column 'at' (time(1) -> time): 2 values less than 00:00:00 or more than 24:00:00; `columns: type`"
                        + " with varchar(17) would carry them; column 'flag' (tinyint -> boolean): 1 value out of the range"
                        + " of its type; `columns: type` with smallint or varchar(4) would carry them");
        assertThat(MysqlSource.rows(folder, source.table("times", new ColumnChoice("big", null, null))))
                .contains("18446744073709551615");
    }

    @Test
    void charactersThatUnicodeLacksAreNotReplacedInSilence() throws Exception {
        fails(
                source.table("cyrillic"),
                "WHERE: column 'name' (varchar(9) -> varchar(36)): 1 value with characters that Unicode does not have, for"
                        + " which the server would send others; no type of Redshift takes them; leave them out by `sql:`");
        assertThat(MysqlSource.rows(folder, source.sql("SELECT name FROM cyrillic WHERE name <> x'98'")))
                .contains("\u041f\u0435\u0442\u0440", "?");
    }
}
