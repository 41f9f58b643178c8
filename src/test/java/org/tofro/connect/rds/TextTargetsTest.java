package org.tofro.connect.rds;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tofro.connect.rds.Loads.append;
import static org.tofro.connect.rds.Loads.by;
import static org.tofro.connect.rds.Loads.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tofro.connect.StepRefusal;
import org.tofro.data.StagedFiles;

/** Texts, as files without `type:` leave them, on their way into columns of other types. */
class TextTargetsTest {
    private static final String SERVERS = "org.tofro.connect.rds.LoadRdsTest#servers";

    @TempDir
    private Path folder;

    private Loads loads;

    @BeforeEach
    void area() {
        loads = new Loads(folder);
    }

    /** Texts of a column, each with what becomes of it. */
    private record Kept(String type, Map<String, String> texts) {
        static Kept of(String type, String... texts) {
            Map<String, String> map = new TreeMap<>();
            for (int i = 0; i < texts.length; i += 2) {
                map.put(texts[i], texts[i + 1]);
            }
            return new Kept(type, map);
        }
    }

    @ParameterizedTest
    @MethodSource(SERVERS)
    void whatConvertsWithoutChangeIsLoaded(Callable<Rds> server) throws Exception {
        Rds rds = server.call();
        boolean mysql = rds.isMysql();
        List<Kept> columns = new ArrayList<>(List.of(
                Kept.of(
                        "decimal(10,2)",
                        "1.230",
                        "1.23",
                        " -.5 ",
                        "-0.50",
                        "+1e2",
                        "100.00",
                        "1239e-2",
                        "12.39",
                        "00",
                        "0.00"),
                Kept.of("integer", "1", "1", " -2 ", "-2"),
                Kept.of("double precision", "0.1", "0.1", "1e-3", "0.001"),
                Kept.of("varchar(40)", "1.239", "1.239"),
                Kept.of(
                        "date",
                        "2026-11-23",
                        "2026-11-23",
                        "20261123",
                        "2026-11-23",
                        "2026/11/23",
                        "2026-11-23",
                        "2026-11-23 00:00:00.000",
                        "2026-11-23",
                        "2026-11-23T00:00",
                        "2026-11-23"),
                Kept.of(
                        mysql ? "datetime" : "timestamp(0)",
                        "2026-11-23",
                        "2026-11-23 00:00:00",
                        "2026-11-23T10:15",
                        "2026-11-23 10:15:00",
                        "2026-11-23 10:15:07.000",
                        "2026-11-23 10:15:07",
                        "20261123T101507",
                        "2026-11-23 10:15:07"),
                Kept.of(
                        mysql ? "datetime(6)" : "timestamp",
                        "2026-11-23 10:15:07.123456",
                        "2026-11-23 10:15:07.123456"),
                Kept.of("time(1)", "10:15", mysql ? "10:15:00.0" : "10:15:00", "10:15:07.500", "10:15:07.5")));
        columns.add(
                mysql
                        ? Kept.of("time", "-100:00:01", "-100:00:01")
                        : Kept.of(
                                "timestamptz",
                                "2026-11-23 10:15:00+05",
                                "2026-11-23 05:15:00+00",
                                "2026-11-23 10:15:00.5 Europe/Berlin",
                                "2026-11-23 09:15:00.5+00",
                                "2026-11-23 10:15:00",
                                "2026-11-23 10:15:00+00",
                                "-infinity",
                                "-infinity"));
        columns.add(
                mysql
                        ? Kept.of("integer", "1e3", "1000", "3.0", "3", "-4.", "-4")
                        : Kept.of("date", "0044-03-15 BC", "0044-03-15 BC", "infinity", "infinity"));
        columns.add(
                mysql
                        ? Kept.of("year", "2026", "2026")
                        : Kept.of(
                                "timestamp",
                                "2026-11-23 10:15:07Z",
                                "2026-11-23 10:15:07",
                                "2026-11-23 10:15:07+00:00",
                                "2026-11-23 10:15:07"));
        for (int c = 0; c < columns.size(); c++) {
            Kept column = columns.get(c);
            rds.execute("CREATE TABLE t" + c + " (n integer, v " + column.type() + ")");
            List<String> texts = List.copyOf(column.texts().keySet());
            StagedFiles files = loads.stage("n integer, v varchar(65535)", texts.size() + 1, i ->
                    new String[] {Integer.toString(i), i == texts.size() ? null : texts.get(i)});
            loads.load(append(rds, "t" + c), run("run-" + c, 1), files);
            List<String> wanted =
                    new ArrayList<>(texts.stream().map(column.texts()::get).toList());
            wanted.add("~");
            assertThat(rds.rows("SELECT " + (mysql ? "cast(v AS char)" : "v::text") + " FROM t" + c + " ORDER BY n"))
                    .as(column.type() + " of " + texts)
                    .containsExactlyElementsOf(wanted);
        }
    }

    @ParameterizedTest
    @MethodSource(SERVERS)
    void whatTheServerWouldChangeIsRefusedWithItsCount(Callable<Rds> server) throws Exception {
        Rds rds = server.call();
        boolean mysql = rds.isMysql();
        rds.execute("CREATE TABLE narrow (amount decimal(10,2), n integer, day date, moment "
                + (mysql ? "datetime" : "timestamp(0)") + ", fine " + (mysql ? "datetime(6)" : "timestamp")
                + ", clock time(0)" + (mysql ? ", y year" : ", zoned timestamptz") + ")");
        String[][] columns = {
            {"amount", "1.239", "-.001", "1e-3", "1e-99999999999"},
            {"n", "1.7", "15e-1"},
            {
                "day",
                "2026-11-23 10:15:00",
                "2026-11-23T00:00:00+05",
                "23 Nov 2026",
                "2026-11-23 00:00:00.5",
                "20261123101500"
            },
            {"moment", "2026-11-23 10:15:00.5", "2026-11-23 10:15:00+05", "2026-11-23 10:15:00 America/New_York"},
            {"fine", "2026-11-23 10:15:00.1234567", "2026-11-23T10:15:00-00:30"},
            {"clock", "10:15:00.7", "2026-11-23 10:15:00", "10:15:00+02"},
            mysql ? new String[] {"y", "26"} : new String[] {"zoned", "2026-11-23 10:15:00.1234567+00"}
        };
        int rows = 6;
        StagedFiles files = loads.stage(
                List.of(columns).stream()
                        .map(column -> column[0] + " varchar(65535)")
                        .collect(joining(", ")),
                rows,
                i -> List.of(columns).stream()
                        .map(column -> i + 1 < column.length ? column[i + 1] : null)
                        .toArray(String[]::new));
        String time = mysql ? "datetime" : "timestamp without time zone";
        String clock = mysql ? "time" : "time without time zone";
        assertThatThrownBy(() -> loads.load(append(rds, "narrow"), run("run-1", 1), files))
                .isInstanceOf(StepRefusal.class)
                .hasMessage("narrow of database '" + rds.database()
                        + "' at 'learners' does not fit what was staged: its column 'amount' is "
                        + (mysql ? "decimal" : "numeric")
                        + " with 2 decimals, which keeps numbers of at most 2 decimals, and 4 texts for it are others;"
                        + " its column 'n' is " + (mysql ? "int" : "integer")
                        + ", which keeps whole numbers, and 2 texts for it are others;"
                        + " its column 'day' is date, which keeps dates such as 2026-11-23, and 5 texts for it are"
                        + " others; its column 'moment' is " + time
                        + ", which keeps moments of UTC such as 2026-11-23 10:15:00, and 3 texts for it"
                        + " are others; its column 'fine' is " + time
                        + " with 6 decimals, which keeps moments of UTC such as 2026-11-23 10:15:00.250000, and"
                        + " 2 texts for it are others; its column 'clock' is " + clock
                        + ", which keeps times such as 10:15:00, and 3 texts for it are others; its column "
                        + (mysql
                                ? "'y' is year, which keeps years such as 2026, and 1 text for it is another"
                                : "'zoned' is timestamp with time zone with 6 decimals, which keeps moments such as"
                                        + " 2026-11-23 10:15:00.250000+01, and 1 text for it is another")
                        + ". Change the table, name and type the extract's columns with `columns:`, or say with"
                        + " `insert_query` what becomes of the values");
        assertThat(rds.rows("SELECT count(*) FROM narrow")).containsExactly("0");
    }

    /** What is no number and no date at all is the server's to refuse, or ours; in neither case anything is loaded. */
    @ParameterizedTest
    @MethodSource(SERVERS)
    void aTextThatIsNoValueIsNeverLoaded(Callable<Rds> server) throws Exception {
        Rds rds = server.call();
        rds.execute(
                "CREATE TABLE narrow (amount decimal(10,2), n integer, day date, moment timestamp NULL, clock time)");
        String[] columns = {"amount", "n", "day", "moment", "clock"};
        for (String text : List.of("secret", "", "1.239 EUR", "1.5.1", "0x1F.5")) {
            for (String column : columns) {
                StagedFiles files = loads.stage(column + " varchar(65535)", new String[] {text});
                assertThatThrownBy(() -> loads.load(append(rds, "narrow"), run("run-1", 1), files))
                        .as(text + " for " + column)
                        .hasMessageContaining("narrow of database")
                        .hasMessageNotContaining("secret");
            }
        }
        assertThat(rds.rows("SELECT count(*) FROM narrow")).containsExactly("0");
    }

    /** What passes because PostgreSQL keeps it, MySQL refuses rather than cuts. */
    @Test
    void whatOnlyPostgresKeepsIsNotCutByMysql() throws Exception {
        Rds rds = Rds.mysql();
        rds.execute("CREATE TABLE narrow (moment datetime(6), day date, clock time)");
        String[][] texts = {
            {
                "moment",
                "2026-11-23 10:15:07Z",
                "2026-11-23 10:15:07+00:00",
                "20261123T101507Z",
                "2026-11-23 BC",
                "infinity"
            },
            {"day", "2026-11-23T00:00:00Z", "2026-11-23 00:00:00+00", "2026-11-23 BC", "-infinity"},
            {"clock", "10:15:07Z", "10:15:07+00", "10:15:07 UTC"}
        };
        for (String[] column : texts) {
            for (int i = 1; i < column.length; i++) {
                StagedFiles files = loads.stage(column[0] + " varchar(65535)", new String[] {column[i]});
                assertThatThrownBy(() -> loads.load(append(rds, "narrow"), run("run-1", 1), files))
                        .as(files.schema() + " of " + column[i])
                        .hasMessageContaining("the server says: Incorrect ");
            }
        }
        assertThat(rds.rows("SELECT count(*) FROM narrow")).containsExactly("0");
    }

    @ParameterizedTest
    @MethodSource(SERVERS)
    void aStatementOfTheUsersOwnDoesWithTextsWhatItSays(Callable<Rds> server) throws Exception {
        Rds rds = server.call();
        rds.execute("CREATE TABLE narrow (amount decimal(10,2))");
        StagedFiles files = loads.stage("amount varchar(65535)", 20, i -> new String[] {i + ".239"});
        loads.load(
                by(rds, "narrow", "INSERT INTO narrow VALUES (round(cast(? AS decimal(20,4)), 2))"),
                run("r", 1),
                files);
        assertThat(rds.rows("SELECT amount FROM narrow ORDER BY 1"))
                .isEqualTo(IntStream.range(0, 20).mapToObj(i -> i + ".24").toList());
    }

    /** 0.1 of a real is 0.10000000149011612, and its staged text is 0.1, which is another double. */
    @ParameterizedTest
    @MethodSource(SERVERS)
    void aRealIsNoDouble(Callable<Rds> server) throws Exception {
        Rds rds = server.call();
        String type = rds.isMysql() ? "double" : "double precision";
        rds.execute("CREATE TABLE ratios (ratio " + type + ", " + "small " + (rds.isMysql() ? "float" : "real") + ")");
        StagedFiles files = loads.stage("ratio real, small real", new String[] {"0.1", "0.1"});
        assertThatThrownBy(() -> loads.load(append(rds, "ratios"), run("run-1", 1), files))
                .isInstanceOf(StepRefusal.class)
                .hasMessageContaining("its column 'ratio' is " + type + ", which would change values of real. Change");
    }
}
