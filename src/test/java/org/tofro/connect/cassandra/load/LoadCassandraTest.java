package org.tofro.connect.cassandra.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.cql.Row;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.StepRefusal;
import org.tofro.connect.cassandra.session.CassandraException;
import org.tofro.connect.rds.Loads;
import org.tofro.connect.warehouse.TestWarehouse;
import org.tofro.data.Figures;
import org.tofro.data.RunContext;
import org.tofro.data.StagedFiles;
import org.tofro.data.WorkRules;
import org.tofro.local.TestCassandra;
import org.tofro.settings.CassandraConnection.Consistency;

/** What a load leaves in a real Cassandra. */
class LoadCassandraTest {
    private static final String COLUMNS = "user_id bigint, course varchar(20), name varchar(200), score decimal(10,2)";

    /** A token as a lease gives them: the second in which it was taken, in microseconds. */
    private static final long LAUNCHED = Instant.parse("2026-11-24T02:00:00Z").getEpochSecond() * 1_000_000;

    @TempDir
    private Path folder;

    private final String keyspace = TestCassandra.shared().keyspace();
    private Loads staging;

    @BeforeEach
    void table() {
        staging = new Loads(folder);
        cql(
                "CREATE TABLE %s.courses (user_id bigint, course text, name text, score decimal, PRIMARY KEY (user_id, course))");
    }

    private void cql(String cql) {
        TestCassandra.shared().session().execute(cql.formatted(keyspace));
    }

    private List<String> rows(String columns) {
        return TestCassandra.shared()
                .session()
                .execute("SELECT JSON " + columns + " FROM " + keyspace + ".courses")
                .map(row -> row.getString(0))
                .all()
                .stream()
                .sorted()
                .toList();
    }

    private LoadTarget plain() {
        return to(Map.of(), null, null, false, null);
    }

    private LoadTarget to(
            Map<String, String> columns,
            @Nullable String timestamp,
            @Nullable String deletes,
            boolean deleteAll,
            @Nullable Integer perSecond) {
        return new LoadTarget(
                TestCassandra.shared().connection(),
                keyspace,
                "courses",
                columns,
                timestamp,
                deletes,
                deleteAll,
                null,
                Consistency.LOCAL_QUORUM,
                perSecond,
                2);
    }

    private Figures load(LoadTarget target, RunContext run, StagedFiles files) throws Exception {
        try (RunningSteps.Work work = RunningSteps.apart().start("load")) {
            return new LoadCassandra(target, null, null, folder.toUri().toString(), run).perform(work, List.of(files));
        }
    }

    /** A launch of the 23rd, one of several in the same second. */
    private static RunContext launch(int number) {
        return Loads.run("r", LAUNCHED + number);
    }

    private static RunContext on(String day, long token) {
        return on(Instant.parse(day + "T00:00:00Z"), token);
    }

    private static RunContext on(Instant start, long token) {
        RunContext run = Loads.run("r", token);
        return new RunContext(
                run.pipeline(),
                run.run(),
                token,
                start,
                start.plusSeconds(86_400),
                run.limit(),
                false,
                Map.of(),
                WorkRules.NONE);
    }

    @Test
    void everyRowOfEveryFileArrives() throws Exception {
        StagedFiles files =
                staging.stage(COLUMNS, 5_000, i -> new String[] {
                    Integer.toString(i / 7), "c" + i % 7, i % 3 == 0 ? null : "né, \"" + i + "\"\n", i + ".50"
                });
        assertThat(files.files()).hasSizeGreaterThan(2);

        Figures figures = load(plain(), launch(1), files);

        assertThat(figures.rowsIn()).isEqualTo(5_000);
        assertThat(figures.rowsOut()).isEqualTo(5_000);
        assertThat(rows("user_id")).hasSize(5_000);
        Row one = TestCassandra.shared()
                .session()
                .execute("SELECT name, score, writetime(score) FROM " + keyspace
                        + ".courses WHERE user_id = 571 AND course = 'c1'")
                .one();
        assertThat(one).isNotNull();
        assertThat(one.getString(0)).isEqualTo("né, \"3998\"\n");
        assertThat(one.getBigDecimal(1)).isEqualByComparingTo("3998.50");
        assertThat(one.getLong(2))
                .isEqualTo(Instant.parse("2026-11-23T00:00:00Z").getEpochSecond() * 1_000_000 + 26 * 3_600 * 10 + 1);
    }

    @Test
    void noRowsAreLoadedAsWell() throws Exception {
        assertThat(load(plain(), launch(1), staging.stage(COLUMNS)).rowsOut()).isZero();
    }

    @Test
    void aLateRunOfAnEarlierDayChangesNothingAndALaterLaunchOfADayDoes() throws Exception {
        load(plain(), on("2026-11-23", LAUNCHED + 5), staging.stage(COLUMNS, new String[] {"1", "a", "monday", "1"}));
        long threeDaysLater = LAUNCHED + 3 * 86_400 * 1_000_000L;
        load(plain(), on("2026-11-22", threeDaysLater), staging.stage(COLUMNS, new String[] {"1", "a", "sunday", "2"}));
        assertThat(rows("name, score")).containsExactly("{\"name\": \"monday\", \"score\": 1}");

        load(plain(), on("2026-11-23", LAUNCHED + 4), staging.stage(COLUMNS, new String[] {
            "1", "a", "a launch before", "3"
        }));
        assertThat(rows("name, score")).containsExactly("{\"name\": \"monday\", \"score\": 1}");

        load(plain(), on("2026-11-23", LAUNCHED + 6), staging.stage(COLUMNS, new String[] {"1", "a", "again", "4"}));
        assertThat(rows("name, score")).containsExactly("{\"name\": \"again\", \"score\": 4}");
    }

    @Test
    void whatAnApplicationWritesByTheClockIsNewerThanALoad() throws Exception {
        Instant yesterday = Instant.now().truncatedTo(ChronoUnit.DAYS).minus(1, ChronoUnit.DAYS);
        String pipeline = TestWarehouse.fresh("clocks");
        RunContext first = on(yesterday, lease(pipeline));
        load(plain(), first, staging.stage(COLUMNS, new String[] {"1", "a", "loaded", "1"}));

        long written = Long.parseLong(rows("writetime(name)").get(0).replaceAll("\\D", ""));
        assertThat(written)
                .isGreaterThan(yesterday.getEpochSecond() * 1_000_000)
                .isLessThan(System.currentTimeMillis() * 1_000);
        cql("UPDATE %s.courses SET name = 'updated' WHERE user_id = 1 AND course = 'a'");
        assertThat(rows("name, score")).containsExactly("{\"name\": \"updated\", \"score\": 1}");

        RunContext second = on(yesterday, lease(pipeline));
        load(plain(), second, staging.stage(COLUMNS, new String[] {"1", "a", "loaded again", "2"}));
        assertThat(rows("name, score")).containsExactly("{\"name\": \"updated\", \"score\": 2}");
        cql("DELETE FROM %s.courses WHERE user_id = 1 AND course = 'a'");
        assertThat(rows("name")).isEmpty();

        load(
                to(Map.of(), null, null, true, null),
                on(yesterday, lease(pipeline)),
                staging.stage("user_id bigint, course varchar(9)", new String[] {"2", "a"}));
        cql("INSERT INTO %s.courses (user_id, course, name) VALUES (2, 'a', 'inserted')");
        assertThat(rows("name")).containsExactly("{\"name\": \"inserted\"}");
    }

    @Test
    void intervalsAreInTheirOrderAndLaunchesOfOneInTheirs() throws Exception {
        Instant day = Instant.now().truncatedTo(ChronoUnit.DAYS).minus(3, ChronoUnit.DAYS);
        String pipeline = TestWarehouse.fresh("orders");
        load(plain(), on(day, lease(pipeline)), staging.stage(COLUMNS, new String[] {"1", "a", "the day", "1"}));
        load(plain(), on(day.minus(1, ChronoUnit.DAYS), lease(pipeline)), staging.stage(COLUMNS, new String[] {
            "1", "a", "the day before, backfilled", "9"
        }));
        assertThat(rows("name, score")).containsExactly("{\"name\": \"the day\", \"score\": 1}");

        for (int i = 2; i < 5; i++) {
            // Each less than the one before, which would win where timestamps tie.
            load(plain(), on(day, lease(pipeline)), staging.stage(COLUMNS, new String[] {"1", "a", "again", "-" + i}));
            assertThat(rows("name, score")).containsExactly("{\"name\": \"again\", \"score\": -" + i + "}");
        }
    }

    private static long lease(String pipeline) throws Exception {
        return new TestWarehouse().launch(pipeline, "r").token();
    }

    /** The repair that docs/cassandra-loads.md names for cells whose timestamps are in the future. */
    @Test
    void aTruncatedTableTakesRowsBelowWhatItHeld() throws Exception {
        cql(
                "INSERT INTO %s.courses (user_id, course, name) VALUES (1, 'a', 'far ahead') USING TIMESTAMP 3590000000000000");
        cql("DELETE FROM %s.courses USING TIMESTAMP 3590000000000000 WHERE user_id = 2 AND course = 'a'");
        StagedFiles files =
                staging.stage(COLUMNS, new String[] {"1", "a", "one", "1"}, new String[] {"2", "a", "two", "2"});
        load(plain(), launch(1), files);
        assertThat(rows("name")).containsExactly("{\"name\": \"far ahead\"}");

        cql("TRUNCATE %s.courses");
        load(plain(), launch(1), files);

        assertThat(rows("name")).containsExactly("{\"name\": \"one\"}", "{\"name\": \"two\"}");
    }

    @Test
    void anIntervalThatHasNotBegunIsRefused() throws Exception {
        StagedFiles files = staging.stage(COLUMNS, new String[] {"1", "a", "n", "1"});

        assertThatThrownBy(() -> load(plain(), on("2999-01-01", LAUNCHED), files))
                .isInstanceOf(StepRefusal.class)
                .hasMessage(
                        "the run's interval begins at 2999-01-01T00:00:00Z, and what is loaded into table " + keyspace
                                + ".courses at 'cassandra' would hide all that anybody writes there until then. Nothing was"
                                + " changed; run an interval that has begun, or say with 'timestamp' which column has each row's"
                                + " write timestamp");
        assertThat(rows("*")).isEmpty();

        load(
                to(Map.of(), "at", null, false, null),
                on("2999-01-01", LAUNCHED),
                staging.stage(
                        "user_id bigint, course varchar(9), at timestamp",
                        new String[] {"1", "a", "2026-11-23 10:00:00"}));
        assertThat(rows("*")).hasSize(1);
    }

    @Test
    void columnsAreTakenByTheirMapping() throws Exception {
        StagedFiles files =
                staging.stage("id integer, c varchar(9), unused varchar(9)", new String[] {"7", "algebra", "nobody's"});
        load(to(Map.of("user_id", "ID", "course", "c"), null, null, false, null), launch(1), files);

        assertThat(rows("*"))
                .containsExactly("{\"user_id\": 7, \"course\": \"algebra\", \"name\": null, \"score\": null}");
    }

    @Test
    void rowsHaveTimesOfTheirOwnAndAreDeletedWhereTheySaySo() throws Exception {
        String columns = "user_id bigint, course varchar(9), name varchar(9), at timestamp, gone boolean";
        LoadTarget target = to(Map.of(), "at", "gone", false, null);
        load(
                target,
                launch(1),
                staging.stage(
                        columns,
                        new String[] {"1", "a", "x", "2026-11-23 10:00:00.000002", "f"},
                        new String[] {"1", "b", "y", "2026-11-23 10:00:00", "f"},
                        new String[] {"1", "c", "z", "2026-11-23 10:00:00", null}));
        load(
                target,
                launch(2),
                staging.stage(columns, new String[] {"1", "a", null, "2026-11-23 10:00:00.000001", "t"}, new String[] {
                    "1", "b", null, "2026-11-23 10:00:01", "t"
                }));

        assertThat(rows("course, name, writetime(name)"))
                .containsExactly(
                        "{\"course\": \"a\", \"name\": \"x\", \"writetime(name)\": 1795428000000002}",
                        "{\"course\": \"c\", \"name\": \"z\", \"writetime(name)\": 1795428000000000}");
    }

    @Test
    void keysAreDeleted() throws Exception {
        load(plain(), launch(1), staging.stage(COLUMNS, 100, i -> new String[] {"" + i / 2, "c" + i % 2, "n", "1"}));
        Figures figures = load(
                to(Map.of(), null, null, true, null),
                launch(2),
                staging.stage("user_id bigint, course varchar(9)", 50, i -> new String[] {"" + i, "c0"}));

        assertThat(figures.rowsOut()).isEqualTo(50);
        assertThat(rows("course")).hasSize(50).containsOnly("{\"course\": \"c1\"}");
    }

    @Test
    void allThatDoesNotFitIsSaidAtOnce() throws Exception {
        cql("CREATE TABLE %s.odd (k text PRIMARY KEY, n int, d date, f float, r double, c list<int>)");
        StagedFiles files = staging.stage(
                "n decimal(10,2), d timestamp, f double precision, r real, extra integer",
                new String[] {"1.5", "2026-11-23 00:00:00", "1", "0.1", "1"});
        LoadTarget odd = new LoadTarget(
                TestCassandra.shared().connection(),
                keyspace,
                "odd",
                Map.of(),
                null,
                null,
                false,
                null,
                Consistency.LOCAL_QUORUM,
                null,
                2);

        assertThatThrownBy(() -> load(odd, launch(1), files))
                .isInstanceOf(StepRefusal.class)
                .hasMessage("table " + keyspace + ".odd at 'cassandra' does not fit what was staged: it has no column"
                        + " 'extra'; its columns are k, c, d, f, n, r; nothing fills the key's column 'k'; its column 'n' is"
                        + " int, which would change values of decimal(10,2) (the staged column 'n'); its column 'd' is"
                        + " date, which would change values of timestamp (the staged column 'd'); its column 'f' is float,"
                        + " which would change values of double precision (the staged column 'f'); its column 'r' is"
                        + " double, which would change values of real (the staged column 'r'). Nothing was changed;"
                        + " say with 'columns' which staged column each of the table's takes, or change the query");
    }

    @Test
    void namesThatThereAreNoneOfAreSaid() throws Exception {
        StagedFiles files = staging.stage(COLUMNS, new String[] {"1", "a", "n", "1"});
        LoadTarget known = to(Map.of("user_idd", "user_id", "course", "curse"), "att", "name", false, null);

        assertThatThrownBy(() -> load(known, launch(1), files))
                .isInstanceOf(StepRefusal.class)
                .hasMessageContaining("'timestamp' names the staged column 'att', which there is none of")
                .hasMessageContaining(
                        "'deletes' names the staged column 'name' of varchar(200); it takes a boolean one")
                .hasMessageContaining("it has no column 'user_idd'; did you mean 'user_id'?")
                .hasMessageContaining("'columns' names the staged column 'curse', which there is none of; did you mean"
                        + " 'course'?; staged are user_id, course, name, score")
                .hasMessageContaining("nothing fills the key's column 'user_id'");
        LoadTarget lost = new LoadTarget(
                TestCassandra.shared().connection(),
                keyspace,
                "coarses",
                Map.of(),
                null,
                null,
                false,
                null,
                Consistency.ONE,
                null,
                1);
        assertThatThrownBy(() -> load(lost, launch(1), files))
                .isInstanceOf(StepRefusal.class)
                .hasMessage("connection 'cassandra', keyspace '" + keyspace
                        + "': there is no table 'coarses'; did you mean 'courses'?. Nothing was changed");
    }

    @Test
    void keysThatAreMissingAreCountedAndRefused() throws Exception {
        StagedFiles files = staging.stage(COLUMNS, 100, i ->
                new String[] {i == 40 || i == 60 ? null : "" + i, i == 70 ? null : "c", "n", "1"});
        assertThatThrownBy(() -> load(plain(), launch(1), files))
                .isInstanceOf(CassandraException.class)
                .hasMessage("table " + keyspace + ".courses at 'cassandra': 2 rows have no value for the key's column"
                        + " 'user_id'; 1 row has no value for the key's column 'course'. Rows before the first of them may"
                        + " be written; leave such rows out in the query, or fill the key");
    }

    @Test
    void aValueThatItsTypeWouldChangeEndsTheLoadWithItsPlace() throws Exception {
        cql("CREATE TABLE %s.numbers (k int PRIMARY KEY, n tinyint)");
        StagedFiles files = staging.stage("k integer, n integer", new String[] {"1", "100"}, new String[] {"2", "200"});
        LoadTarget numbers = new LoadTarget(
                TestCassandra.shared().connection(),
                keyspace,
                "numbers",
                Map.of(),
                null,
                null,
                false,
                null,
                Consistency.ONE,
                null,
                1);
        assertThatThrownBy(() -> load(numbers, launch(1), files))
                .isInstanceOf(CassandraException.class)
                .hasMessage(files.files().get(0).uri()
                        + ", row 2: a value for the column 'n' is out of the range of its type"
                        + " (its type is tinyint)");
    }

    @Test
    void aTrialRunWritesNothing() throws Exception {
        Figures figures = load(
                plain(), Loads.run("r", LAUNCHED, 10, Map.of()), staging.stage(COLUMNS, new String[] {"1", "a", "n", "1"
                }));

        assertThat(figures.rowsOut()).isZero();
        assertThat(figures.notes())
                .containsExactly("a trial run: the rows were read and encoded, and nothing was written");
        assertThat(rows("*")).isEmpty();
    }

    @Test
    void writersOfALoadKeepTheLimitTogether() throws Exception {
        StagedFiles files = staging.stage(COLUMNS, 3_000, i -> new String[] {"" + i, "c", "n", "1"});
        long begun = System.nanoTime();
        load(to(Map.of(), null, null, false, 1_500), launch(1), files);

        assertThat((System.nanoTime() - begun) / 1e9).isBetween(1.9, 6.0);
        assertThat(rows("course")).hasSize(3_000);
    }
}
