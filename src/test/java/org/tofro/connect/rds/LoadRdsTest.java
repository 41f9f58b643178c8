package org.tofro.connect.rds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tofro.connect.rds.Loads.append;
import static org.tofro.connect.rds.Loads.by;
import static org.tofro.connect.rds.Loads.hours;
import static org.tofro.connect.rds.Loads.replace;
import static org.tofro.connect.rds.Loads.run;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.StepRefusal;
import org.tofro.data.Figures;
import org.tofro.data.StagedFiles;

/** What a load leaves in a real PostgreSQL and a real MariaDB, whatever happens to it. */
class LoadRdsTest {
    private static final String PEOPLE = "id integer, name varchar(200)";

    @TempDir
    private Path folder;

    private Loads loads;

    @BeforeEach
    void area() {
        loads = new Loads(folder);
    }

    static List<Callable<Rds>> servers() {
        return List.of(new Server("PostgreSQL", Rds::postgres), new Server("MySQL", Rds::mysql));
    }

    /** Starts when it is called, by the test that wants it. */
    private record Server(String name, Callable<Rds> start) implements Callable<Rds> {
        @Override
        public Rds call() throws Exception {
            return start.call();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private StagedFiles people(int first, int last) throws Exception {
        return loads.stage(
                PEOPLE, last - first + 1, i -> new String[] {Integer.toString(first + i), "person " + (first + i)});
    }

    private static void makePeople(Rds rds) throws Exception {
        rds.execute("CREATE TABLE people (id integer PRIMARY KEY, name varchar(40) NOT NULL)");
    }

    private static List<String> count(Rds rds) throws Exception {
        return rds.rows("SELECT count(*), min(id), max(id) FROM people");
    }

    @ParameterizedTest
    @MethodSource("servers")
    void everyValueArrivesAsItIs(Callable<Rds> server) throws Exception {
        Rds rds = server.call();
        rds.execute("CREATE TABLE everything (n " + (rds.isMysql() ? "integer" : "smallint") + ", big bigint,"
                + " amount decimal(30, 10), ratio double precision, flag boolean, day date, moment "
                + (rds.isMysql() ? "datetime(6)" : "timestamp") + ", zoned "
                + (rds.isMysql() ? "datetime(6)" : "timestamptz") + ", raw " + (rds.isMysql() ? "blob" : "bytea")
                + ", txt text, untouched varchar(9) DEFAULT 'default')");
        List<String> texts = new ArrayList<>(List.of(
                "",
                "NULL",
                "\\N",
                "tofro_null",
                "a,b",
                "\"quoted\" \"\"",
                "it's",
                "two\nlines\r\n",
                "\ttab",
                "\\",
                "\\.",
                "  spaces  ",
                "Übungsleiterin",
                "教授",
                "🎓👩‍🏫",
                "?",
                "%s",
                "`",
                "$1",
                "--",
                "\u0001\u007f"));
        String columns =
                "n smallint, big bigint, amount decimal(30,10), ratio double precision, flag boolean, day date,"
                        + " moment timestamp, zoned timestamptz, %stxt varchar(65535)";
        for (String raw : List.of("", "raw varbyte(20), ")) {
            boolean withBytes = !raw.isEmpty();
            StagedFiles files = loads.stage(columns.formatted(raw), texts.size() + 1, i -> {
                List<String> row = new ArrayList<>(
                        i == texts.size()
                                ? java.util.Collections.nCopies(9, null)
                                : List.of(
                                        Integer.toString(i - 5),
                                        "-9223372036854775808",
                                        "12345678901234567890.0123456789",
                                        "0.1",
                                        i % 2 == 0 ? "t" : "f",
                                        "2016-02-29",
                                        "2016-02-29 23:59:59.999999",
                                        "2016-02-29 23:59:59.999999+00",
                                        texts.get(i)));
                if (withBytes) {
                    row.add(8, i == texts.size() ? null : "00ff27225c0a");
                }
                return row.toArray(new String[0]);
            });
            assertThat(files.files()).hasSizeGreaterThan(1);

            rds.execute("DELETE FROM everything");
            Figures figures =
                    loads.load(append(rds, "everything"), hours(run("run" + raw.length(), 1), raw.length(), 24), files);

            assertThat(figures.rowsIn()).isEqualTo(texts.size() + 1);
            assertThat(figures.rowsOut()).isEqualTo(texts.size() + 1);
            assertThat(rds.rows("SELECT txt FROM everything WHERE n IS NOT NULL ORDER BY n"))
                    .isEqualTo(texts);
            String hex = rds.isMysql() ? "lower(hex(raw))" : "encode(raw, 'hex')";
            assertThat(rds.rows("SELECT DISTINCT big, amount, ratio, day, " + hex + ", untouched FROM everything"
                            + " ORDER BY big DESC"))
                    .containsExactlyInAnyOrder(
                            "-9223372036854775808|12345678901234567890.0123456789|0.1|2016-02-29|"
                                    + (withBytes ? "00ff27225c0a" : "~") + "|default",
                            "~|~|~|~|~|default");
            assertThat(rds.rows("SELECT count(*) FROM everything WHERE flag AND moment = zoned"
                            + (rds.isMysql() ? "" : " AT TIME ZONE 'UTC'") + " AND moment ="
                            + " timestamp '2016-02-29 23:59:59.999999'"))
                    .containsExactly("11");
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void aStepOfARunLoadsOnce(Callable<Rds> server) throws Exception {
        Rds rds = server.call();
        makePeople(rds);

        Figures first = loads.load(append(rds, "people"), run("run-1", 1), people(1, 1_203));
        Figures again = loads.load(append(rds, "people"), run("run-1", 2), people(1, 1_203));
        assertThat(first.resumed()).isFalse();
        assertThat(again.resumed()).isTrue();
        assertThat(again.rowsOut()).isEqualTo(1_203);
        assertThat(count(rds)).containsExactly("1203|1|1203");

        loads.load(append(rds, "people"), run("run-2", 3), people(1_204, 1_300));
        assertThat(count(rds)).containsExactly("1300|1|1300");
        assertThat(rds.ledger()).containsExactly("run-1|load|1203|1203", "run-2|load|97|97");

        Figures none = loads.load(append(rds, "people"), run("run-3", 4), people(1, 0));
        assertThat(none.rowsOut()).isZero();
        assertThat(count(rds)).containsExactly("1300|1|1300");
    }

    @ParameterizedTest
    @MethodSource("servers")
    void anOlderLaunchChangesNothing(Callable<Rds> server) throws Exception {
        Rds rds = server.call();
        makePeople(rds);
        loads.load(append(rds, "people"), run("run-2", 7), people(1, 3));

        String table = rds.isMysql() ? rds.database() + ".people" : "public.people";
        assertThatThrownBy(() -> loads.load(append(rds, "people"), run("run-1", 6), people(4, 5)))
                .hasMessage("run run-2, which is a later one, has loaded " + table
                        + " already; this older one changes nothing. Start a new run");
        assertThat(count(rds)).containsExactly("3|1|3");
    }

    @ParameterizedTest
    @MethodSource("servers")
    void aReplacementIsWholeOrNothing(Callable<Rds> server) throws Exception {
        Rds rds = server.call();
        makePeople(rds);
        String at = "people of database '" + rds.database() + "' at 'learners'";
        loads.load(append(rds, "people"), run("run-1", 1), people(1, 1_000));

        assertThatThrownBy(() -> loads.load(replace(rds, "people"), run("run-2", 2), people(1, 0)))
                .isInstanceOf(StepRefusal.class)
                .hasMessage(at
                        + " has 1000 rows and would have none: refused to publish an empty table. `allow_empty: true`"
                        + " allows it for good, `tofro resume run-2 --accept empty=\"reason\"` for this run");
        assertThatThrownBy(() -> loads.load(replace(rds, "people"), run("run-2", 2), people(1, 700)))
                .hasMessage(at + " would shrink from 1000 to 700 rows (by 30.0 %; allowed are 20 % or 100 rows)."
                        + " `max_shrink: N` allows more for good, `tofro resume run-2 --accept shrink=\"reason\"` for"
                        + " this run");
        StagedFiles broken = loads.stage(PEOPLE, 1_000, i -> new String[] {Integer.toString(i), i == 999 ? null : "p"});
        assertThatThrownBy(() -> loads.load(replace(rds, "people"), run("run-2", 2), broken))
                .hasMessageContaining("Nothing was changed");
        assertThat(count(rds)).containsExactly("1000|1|1000");

        Figures done = loads.load(
                replace(rds, "people"), run("run-2", 2, -1, Map.of("shrink", "a course closed")), people(301, 1_000));
        assertThat(done.notes()).containsExactly("accepted shrink: a course closed", "replaced 1000 rows");
        assertThat(count(rds)).containsExactly("700|301|1000");
    }

    @ParameterizedTest
    @MethodSource("servers")
    void aTrialIsRolledBack(Callable<Rds> server) throws Exception {
        Rds rds = server.call();
        makePeople(rds);
        loads.load(append(rds, "people"), run("run-1", 1), people(1, 500));

        Figures trial = loads.load(replace(rds, "people"), run("run-2", 2, 10, Map.of()), people(501, 510));
        assertThat(trial.rowsOut()).isEqualTo(10);
        assertThat(trial.notes()).containsExactly("a trial run: the rows were loaded, counted and rolled back");
        assertThat(count(rds)).containsExactly("500|1|500");
        assertThat(rds.ledger()).containsExactly("run-1|load|500|500");
    }

    @ParameterizedTest
    @MethodSource("servers")
    void aStatementOfTheUsersOwnSaysWhatBecomesOfRows(Callable<Rds> server) throws Exception {
        Rds rds = server.call();
        makePeople(rds);
        loads.load(
                by(rds, "people", "INSERT INTO people (id, name) VALUES (?, upper(?))"),
                run("run-1", 1),
                people(1, 600));
        assertThat(rds.rows("SELECT name FROM people WHERE id = 600")).containsExactly("PERSON 600");

        String upsert = "INSERT INTO people (id, name) VALUES (?, ?) "
                + (rds.isMysql()
                        ? "ON DUPLICATE KEY UPDATE name = VALUES(name)"
                        : "ON CONFLICT (id) DO UPDATE SET name = excluded.name");
        Figures figures = loads.load(by(rds, "people", upsert), run("run-2", 2), people(400, 1_100));
        assertThat(figures.rowsIn()).isEqualTo(701);
        assertThat(figures.notes())
                .containsExactly("the insert_query changed " + (rds.isMysql() ? 902 : 701) + " rows for 701");
        assertThat(count(rds)).containsExactly("1100|1|1100");
        assertThat(rds.rows("SELECT name FROM people WHERE id IN (399, 400) ORDER BY 1"))
                .containsExactly("PERSON 399", "person 400");

        String one = "INSERT INTO people (id, name) SELECT ?, ? FROM (SELECT 1) AS x";
        loads.load(
                by(rds, "people", rds.isMysql() ? one : one.replace("?, ?", "?::integer, ?")),
                hours(run("run-3", 3), 24, 48),
                people(1_101, 1_110));
        assertThat(count(rds)).containsExactly("1110|1|1110");

        assertThatThrownBy(() -> loads.load(
                        by(rds, "people", "INSERT INTO people VALUES (?, ?, ?)"), run("run-4", 4), people(1, 2)))
                .hasMessage(
                        "the insert_query has 3 places (?), and step 'extract' staged 2 columns: id, name. Nothing was"
                                + " changed; give it one for each of them, in this order");
    }

    @ParameterizedTest
    @MethodSource("servers")
    void whatTheDatabaseRefusesIsSaidWithoutItsRow(Callable<Rds> server) throws Exception {
        Rds rds = server.call();
        boolean mysql = rds.isMysql();
        rds.execute(
                "CREATE TABLE courses (id integer PRIMARY KEY)",
                "INSERT INTO courses VALUES (1)",
                "CREATE TABLE people (id integer NOT NULL, name varchar(10) NOT NULL, course integer, age integer,"
                        + " CONSTRAINT one_each UNIQUE (id), CONSTRAINT teaches FOREIGN KEY (course) REFERENCES courses (id),"
                        + " CONSTRAINT grown CHECK (age > 17))");
        String at = "cannot load people of database '" + rds.database() + "' at 'learners': ";
        String columns = "id integer, name varchar(200), course integer, age varchar(20)";
        String[] good = {"1", "secret", "1", "18"};

        refused(
                rds,
                loads.stage(columns, good, good),
                at
                        + (mysql
                                ? "the key of a row stands there already, or comes twice (key 'one_each'); say with `insert_query: ... ON"
                                        + " DUPLICATE KEY UPDATE ...` what becomes of such rows. Nothing was changed"
                                : "the key of a row stands there already, or comes twice (constraint one_each); say with `insert_query: ..."
                                        + " ON CONFLICT ...` what becomes of such rows. Nothing was changed"));
        refused(
                rds,
                loads.stage(columns, good, new String[] {"2", null, "1", "18"}),
                at + "the column 'name' takes no NULL, and a row has none other for it. Nothing was changed");
        refused(
                rds,
                loads.stage(columns, good, new String[] {"2", "secret", "77", "18"}),
                at
                        + (mysql
                                ? "the server says: Cannot add or update a child row: a foreign key constraint fails (`"
                                        + rds.database()
                                        + "`.`people`, CONSTRAINT `teaches` FOREIGN KEY (`course`) REFERENCES `courses` (`id`)) (error"
                                        + " 1452). Nothing was changed"
                                : "a row refers to one that is not there (constraint teaches). Nothing was changed"));
        refused(
                rds,
                loads.stage(columns, good, new String[] {"2", "secret", "1", "17"}),
                at
                        + (mysql
                                ? "the server says: CONSTRAINT `grown` failed for `" + rds.database()
                                        + "`.`people` (error 4025). Nothing" + " was changed"
                                : "a row is refused by the constraint grown. Nothing was changed"));
        refused(
                rds,
                loads.stage(columns, good, new String[] {"2", "a long secret", "1", "18"}),
                at
                        + (mysql
                                ? "the server says: Data too long for column 'name' (error 1406). Nothing was changed"
                                : "the server says: value too long for type character varying(10), in the column 'name' (SQLSTATE 22001)."
                                        + " Nothing was changed"));
        refused(
                rds,
                loads.stage(columns, good, new String[] {"2", "x", "1", "secret"}),
                at
                        + (mysql
                                ? "the server says: Incorrect integer value for the column `" + rds.database()
                                        + "`.`people`.`age` (error 1366). Nothing was changed"
                                : "the server says: invalid input syntax for type integer: \"...\", in the column 'age' (SQLSTATE 22P02)."
                                        + " Nothing was changed"));
        assertThat(rds.rows("SELECT * FROM people")).isEmpty();
        loads.load(append(rds, "people"), run("run-1", 1), loads.stage(columns, good));
    }

    private void refused(Rds rds, StagedFiles files, String message) {
        assertThatThrownBy(() -> loads.load(append(rds, "people"), run("run-1", 1), files))
                .hasMessage(message)
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @MethodSource("servers")
    void aTableThatWouldChangeValuesIsRefused(Callable<Rds> server) throws Exception {
        Rds rds = server.call();
        boolean mysql = rds.isMysql();
        rds.execute("CREATE TABLE narrow (a decimal(9, 2), b date, c " + (mysql ? "datetime" : "timestamp(0)")
                + ", d integer, e decimal(9, 4), f " + (mysql ? "datetime(3)" : "timestamp(3)") + ")");
        StagedFiles files = loads.stage(
                "a decimal(9,4), b timestamp, c timestamp, d decimal(9,1), e decimal(9,4), f timestamp / timestamp(3), g"
                        + " integer",
                new String[] {"1.2345", "2016-02-29 23:59:59", "2016-02-29 23:59:59.5", "1.5", "1", null, "1"});
        String time = mysql ? "datetime" : "timestamp without time zone";
        assertThatThrownBy(() -> loads.load(append(rds, "narrow"), run("run-1", 1), files))
                .isInstanceOf(StepRefusal.class)
                .hasMessage("narrow of database '" + rds.database()
                        + "' at 'learners' does not fit what was staged: its"
                        + " column 'a' is " + (mysql ? "decimal" : "numeric")
                        + " with 2 decimals, which would change values of decimal(9,4); its column 'b' is date, which"
                        + " would change values of timestamp; its column 'c' is " + time
                        + ", which would change values of timestamp; its column 'd' is " + (mysql ? "int" : "integer")
                        + ", which would change values of decimal(9,1); it has no column 'g'; its columns are a, b, c, d,"
                        + " e, f. Change the table, name and type the extract's columns with `columns:`, or say with"
                        + " `insert_query` what becomes of the values");

        assertThatThrownBy(() -> loads.load(append(rds, "nowhere"), run("run-1", 1), files))
                .hasMessage("there is no table nowhere of database '" + rds.database() + "' at 'learners' that user '"
                        + rds.user()
                        + "' may see. Nothing was changed; make it, or name its schema: table: schema.name");
    }

    @Test
    void aTableWithoutTransactionsIsRefused() throws Exception {
        Rds rds = Rds.mysql();
        rds.execute("CREATE TABLE people (id integer, name varchar(40)) ENGINE = MyISAM");
        assertThatThrownBy(() -> loads.load(append(rds, "people"), run("run-1", 1), people(1, 2)))
                .hasMessage(rds.database()
                        + ".people is a table of the engine MyISAM, which has no transactions: a load that"
                        + " fails would leave a part of its rows. Nothing was changed; `ALTER TABLE ... ENGINE = InnoDB`"
                        + " makes it one that has them");
    }

    @Test
    void whoMayNotMakeTheLedgerIsToldWhatToRun() throws Exception {
        Rds rds = Rds.postgres();
        makePeople(rds);
        rds.execute("CREATE ROLE poor_" + rds.database() + " LOGIN", "GRANT ALL ON people TO poor_" + rds.database());
        Rds poor = new Rds(
                new org.tofro.settings.PostgresConnection(
                        "learners",
                        false,
                        null,
                        "127.0.0.1",
                        ((org.tofro.settings.PostgresConnection) rds.connection()).port(),
                        "poor_" + rds.database(),
                        org.tofro.settings.Secret.of(""),
                        8,
                        Map.of()),
                rds.database(),
                rds.url(),
                "",
                "");
        assertThatThrownBy(() -> loads.load(append(poor, "people"), run("run-1", 1), people(1, 2)))
                .hasMessageStartingWith(
                        "user 'poor_" + rds.database() + "' may not make the tables in which Tofro keeps what"
                                + " it has loaded into database '" + rds.database()
                                + "' at 'learners'; have somebody who may run"
                                + " there, once: CREATE SCHEMA IF NOT EXISTS tofro_rds; CREATE TABLE IF NOT EXISTS tofro_rds.target");
    }

    /** The trigger ends its own session once; what a sequence gave out is not rolled back. */
    @Test
    void aSessionThatIsLostLoadsAgainAsAWhole() throws Exception {
        Rds rds = Rds.postgres();
        makePeople(rds);
        rds.execute(
                "CREATE SEQUENCE tries",
                """
                CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN
                    IF nextval(''tries'') = 400 THEN
                        PERFORM pg_terminate_backend(pg_backend_pid());
                    END IF;
                    RETURN NEW;
                END'""",
                "CREATE TRIGGER die BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION die()");

        Figures figures = loads.load(append(rds, "people"), run("run-1", 1), people(1, 600));
        assertThat(figures.rowsOut()).isEqualTo(600);
        assertThat(rds.rows("SELECT last_value FROM tries")).containsExactly("1000");
        assertThat(count(rds)).containsExactly("600|1|600");
        assertThat(rds.ledger()).containsExactly("run-1|load|600|600");
    }

    @Test
    void aRowThatATriggerSwallowsIsSeen() throws Exception {
        Rds rds = Rds.postgres();
        makePeople(rds);
        rds.execute("""
                CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN IF NEW.id = 3 THEN RETURN NULL; END IF; RETURN NEW; END'""", "CREATE TRIGGER swallow BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION swallow()");
        assertThatThrownBy(() -> loads.load(append(rds, "people"), run("run-1", 1), people(1, 5)))
                .hasMessage(
                        "step 'extract' staged 5 rows, 5 were read back, and the server has inserted 4; the load was"
                                + " rolled back. Run `resume`; if it happens twice, report it");
        assertThat(rds.rows("SELECT count(*) FROM people")).containsExactly("0");
    }

    /** Two attempts of one step at the same time, as when a worker has outlived its launch. */
    @ParameterizedTest
    @MethodSource("servers")
    void twoAttemptsAtOnceLoadOnce(Callable<Rds> server) throws Exception {
        Rds rds = server.call();
        makePeople(rds);
        StagedFiles files = people(1, 2_000);
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            List<Future<Figures>> attempts = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                attempts.add(threads.submit(
                        () -> new Loads(folder).load(append(rds, "people"), run("run-1", 1), files, 60)));
            }
            int done = 0;
            for (Future<Figures> attempt : attempts) {
                done += attempt.get(60, TimeUnit.SECONDS).resumed() ? 0 : 1;
            }
            assertThat(done).isEqualTo(1);
        } finally {
            threads.shutdownNow();
        }
        assertThat(count(rds)).containsExactly("2000|1|2000");
        assertThat(rds.ledger()).containsExactly("run-1|load|2000|2000");
    }

    @ParameterizedTest
    @MethodSource("servers")
    void aTableThatIsHeldIsWaitedForAndNamed(Callable<Rds> server) throws Exception {
        Rds rds = server.call();
        makePeople(rds);
        rds.execute("INSERT INTO people VALUES (1, 'held')");
        try (Connection other = rds.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("UPDATE people SET name = 'x' WHERE id = 1");
            assertThatThrownBy(() -> loads.load(replace(rds, "people"), run("run-1", 1), people(1, 3), 1))
                    .hasMessage("another session has held people of database '" + rds.database()
                            + "' at 'learners' for more than 1 s; end it, or raise limits: lock_wait_seconds");
            other.rollback();
        }
        loads.load(replace(rds, "people"), run("run-1", 1), people(1, 3), 1);
        assertThat(count(rds)).containsExactly("3|1|3");
    }

    @ParameterizedTest
    @MethodSource("servers")
    void aStepThatIsCancelledLeavesTheLockAtOnce(Callable<Rds> server) throws Exception {
        Rds rds = server.call();
        makePeople(rds);
        rds.execute("INSERT INTO people VALUES (1, 'held')");
        try (Connection other = rds.connect();
                Statement statement = other.createStatement();
                RunningSteps.Work work = RunningSteps.apart().start("load")) {
            other.setAutoCommit(false);
            statement.execute("UPDATE people SET name = 'x' WHERE id = 1");
            Thread canceller = new Thread(() -> {
                try {
                    Thread.sleep(500);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                work.cancel("cancelled by the test");
            });
            canceller.start();
            long begun = System.nanoTime();
            ThrowingCallable load = () -> loads.load(replace(rds, "people"), run("run-1", 1), people(1, 3), 60, work);
            assertThatThrownBy(load).isInstanceOf(RdsLoadException.class);
            assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(20));
            canceller.join();
            other.rollback();
        }
        assertThat(rds.rows("SELECT name FROM people")).containsExactly("held");
    }
}
