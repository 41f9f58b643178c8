package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.tofro.kvs.Job;
import org.tofro.kvs.JobName;
import org.tofro.kvs.JobVersion;
import org.tofro.kvs.KvsColumn;
import org.tofro.kvs.VersionsTable;
import org.tofro.local.TestCassandra;

/** What the warehouse has computed arrives in the key-value store, each key once and all at once. */
@ExtendWith(TestCheckout.EndToEnd.class)
class KvsRunTest {
    /** The talk's own pipeline, also for users with several sessions. */
    @Test
    void theExampleOfTheTalkIsServed(Scene scene) throws Exception {
        KvsScene kvs = new KvsScene(scene);
        Scene.Answer filled = Scene.tofro("run", "enrollments.yaml");
        assertThat(filled.code()).as(filled.toString()).isZero();

        Scene.Answer answer = Scene.tofro("run", "nostos_example.yaml", "--runner", kvs.runner());

        assertThat(answer.code()).as(answer.toString()).isZero();
        List<String> expected = scene.sourceRows("master", """
                SELECT '{"user_id": ' || user_id || ', "entityId1": "' || min(session_id::text) || '", "entityId2": ["'
                  || string_agg(session_id::text, '", "' ORDER BY session_id::text) || '"]}'
                FROM courses_enrollments WHERE user_id < 100 GROUP BY user_id""");
        VersionsTable versions = new VersionsTable(KvsScene.session(), "tofro_kvs");
        JobVersion current = versions.read(new JobName("example"))
                .flatMap(Job::currentVersion)
                .orElseThrow();
        List<String> served = KvsScene.session()
                .execute("SELECT JSON user_id, \"entityId1\", \"entityId2\" FROM tofro_kvs." + current.table())
                .map(row -> row.getString(0).replace("\\\"", "").replace("\"\"", "\""))
                .all();
        Scene.assertSameRows(
                served.stream().map(row -> row.replaceAll("\"+", "\"")).toList(), expected);
        assertThat(served).hasSize(99);
        assertThat(current.schema().key()).containsExactly(new KvsColumn("user_id", "bigint", false));
        assertThat(current.schema().fields())
                .containsExactly(
                        new KvsColumn("entityId1", "text", false),
                        new KvsColumn("entityId2", "frozen<set<text>>", false));
        JsonNode step = Scene.step(Scene.report(answer.run()), "nostos-v2-1");
        assertThat(step.get("rowsOut").asInt()).isEqualTo(99);
        assertThat(step.get("notes").toString())
                .contains("75 keys have more than one row; the smallest value was taken")
                .containsPattern("\"published by one compare-and-set, in [0-9]+ ms\"")
                .contains("read back 99 keys, all as they were written");
    }

    private static void table(Scene scene) throws Exception {
        scene.changeWarehouse(
                "CREATE SCHEMA IF NOT EXISTS " + scene.name,
                "CREATE TABLE " + scene.name + ".facts (course varchar(20), user_id integer, happened timestamp,"
                        + " score decimal(5,2), item varchar(200), seen boolean)",
                "INSERT INTO " + scene.name + ".facts VALUES"
                        + " ('c1', 1, '2026-01-01 10:00:00', 9.50, 'a \"b\", \\\\', true),"
                        + " ('c1', 1, '2026-01-02 10:00:00.25', 10.00, 'b', false),"
                        + " ('c1', 1, '2026-01-03 10:00:00', 8.00, 'b', NULL),"
                        + " ('c1', 2, '2026-01-01 10:00:00', NULL, NULL, true),"
                        + " ('c2', 1, '2026-01-01 10:00:00', 1.00, 'a', true)");
    }

    @Test
    void aKeysRowsArePutTogetherInEveryWay(Scene scene) throws Exception {
        KvsScene kvs = new KvsScene(scene);
        table(scene);
        String key = "SELECT course, user_id, ";
        String pipeline = kvs.pipeline("ways", """
                index_column: [course, user_id]
                fields:
                - {sql: "%1$s CAST(max(score) AS decimal(5,2)) AS bestScore, count(*) AS n FROM NAME.facts GROUP BY 1, 2"}
                - {sql: "%1$s item AS items FROM NAME.facts", collect: set}
                - {sql: "%1$s item AS history, happened FROM NAME.facts", collect: list, values: [history], order_by: happened}
                - {sql: "%1$s item AS best, score FROM NAME.facts", collect: top_n, order_by: [score desc], max_elements: 2, values: best}
                - {sql: "%1$s item, score FROM NAME.facts", collect: map, name: scores, on_duplicate: last, order_by: score}
                - {sql: "%1$s item AS theItem, score, seen, happened FROM NAME.facts", collect: json, name: events, order_by: happened, max_elements: 2}
                - {sql: "%1$s 1 AS one FROM NAME.facts", collect: count, name: rows}
                - {sql: "%1$s happened AS firstSeen, seen FROM NAME.facts", on_duplicate: first, order_by: firstSeen}
                """.formatted(key));

        Scene.Answer answer = kvs.run(pipeline);

        assertThat(answer.code()).as(answer.toString()).isZero();
        assertThat(kvs.job("ways").currentVersion().orElseThrow().schema().fields())
                .extracting(field -> field.name() + " " + field.type())
                .containsExactly(
                        "bestScore decimal",
                        "n bigint",
                        "items frozen<set<text>>",
                        "history frozen<list<text>>",
                        "best frozen<list<text>>",
                        "scores frozen<map<text, decimal>>",
                        "events text",
                        "rows bigint",
                        "firstSeen timestamp",
                        "seen boolean");
        assertThat(KvsScene.session().execute("SELECT * FROM " + kvs.keyspace + ".ways_1").all().stream()
                        .map(row -> List.of(
                                        "course",
                                        "user_id",
                                        "\"bestScore\"",
                                        "n",
                                        "items",
                                        "history",
                                        "best",
                                        "scores",
                                        "events",
                                        "\"rows\"",
                                        "\"firstSeen\"",
                                        "seen")
                                .stream()
                                .map(column -> String.valueOf(row.getObject(column)))
                                .collect(java.util.stream.Collectors.joining("|")))
                        .sorted())
                .containsExactly(
                        "c1|1|10.00|3|[a \"b\", \\, b]|[a \"b\", \\, b, b]|[b, a \"b\", \\]|"
                                + "{a \"b\", \\=9.50, b=10.00}|[{\"theItem\":\"a \\\"b\\\", \\\\\",\"score\":9.50,\"seen\":true,"
                                + "\"happened\":\"2026-01-01 10:00:00\"},{\"theItem\":\"b\",\"score\":10.00,\"seen\":false,"
                                + "\"happened\":\"2026-01-02 10:00:00.25\"}]|3|2026-01-01T10:00:00Z|true",
                        "c1|2|null|1|[]|[]|[]|{}|[{\"theItem\":null,\"score\":null,\"seen\":true,"
                                + "\"happened\":\"2026-01-01 10:00:00\"}]|1|2026-01-01T10:00:00Z|true",
                        "c2|1|1.00|1|[a]|[a]|[a]|{a=1.00}|[{\"theItem\":\"a\",\"score\":1.00,\"seen\":true,"
                                + "\"happened\":\"2026-01-01 10:00:00\"}]|1|2026-01-01T10:00:00Z|true");
        assertThat(Scene.step(Scene.report(answer.run()), "materialize")
                        .get("notes")
                        .toString())
                .contains("1 key has more than one row; the first was taken")
                .contains("1 key has more than one row for an entry of their map; the last was taken")
                .contains("1 key has no value for 'items'");
    }

    @Test
    void filesOfEarlierStepsAndUuidsAreServedToo(Scene scene) throws Exception {
        KvsScene kvs = new KvsScene(scene);
        scene.source(
                "CREATE TABLE scores (id uuid, score integer)",
                "INSERT INTO scores SELECT md5(n::text)::uuid, n FROM generate_series(1, 40) AS n");
        scene.changeWarehouse(
                "CREATE SCHEMA IF NOT EXISTS " + scene.name,
                "CREATE TABLE " + scene.name + ".names (id varchar(40), name varchar(20))",
                "INSERT INTO " + scene.name
                        + ".names SELECT upper(substring(h, 1, 8) || '-' || substring(h, 9, 4) || '-'"
                        + " || substring(h, 13, 4) || '-' || substring(h, 17, 4) || '-' || substring(h, 21)), n FROM"
                        + " (SELECT md5(cast(n AS varchar(9))) AS h, n FROM generate_series(21, 60) AS n) AS t");
        String pipeline = scene.file("uuids.yaml", """
                name: NAME
                steps:
                - {type: extract-from-rds, name: scores, connection: host_db_1, database: NAME, table: scores}
                - type: materialize-kvs
                  name: materialize
                  job_name: uuids
                  keyspace: NAME_kvs
                  index_column: id
                  uuid_columns: id
                  fields:
                  - {files: scores}
                  - {table: NAME.names}
                """);

        Scene.Answer answer = kvs.run(pipeline);

        assertThat(answer.code()).as(answer.toString()).isZero();
        List<String> expected = scene.sourceRows("""
                SELECT '{"id": "' || md5(n::text)::uuid || '", "name": ' || CASE WHEN n > 20 THEN '"' || n || '"' ELSE 'null' END
                  || ', "score": ' || CASE WHEN n <= 40 THEN n::text ELSE 'null' END || '}'
                FROM generate_series(1, 60) AS n""");
        Scene.assertSameRows(kvs.rows("uuids"), expected);
        assertThat(kvs.job("uuids").currentVersion().orElseThrow().figures().values())
                .isEqualTo(java.util.Map.of("score", 40L, "name", 40L));
    }

    @Test
    void aRunThatFailedBeforePublishingGoesOnWithWhatItUnloaded(Scene scene) throws Exception {
        KvsScene kvs = new KvsScene(scene);
        table(scene);
        String fields =
                "index_column: user_id\nfields:\n- {sql: \"SELECT user_id, item FROM NAME.facts\", collect: set}";
        String pipeline = kvs.pipeline("goeson", fields);
        assertThat(kvs.run(pipeline).code()).isZero();
        List<String> first = kvs.rows("goeson");
        // As if readers had had many keys: the new version shrinks.
        JobVersion big = kvs.versions()
                .begin(
                        new JobName("goeson"),
                        "test",
                        "big",
                        kvs.job("goeson").versions().get(0).schema());
        org.tofro.kvs.KvsTables.create(KvsScene.session(), kvs.keyspace, big);
        kvs.versions().publish(big, new org.tofro.kvs.VersionFigures(1000, 0, java.util.Map.of("item", 500L)));

        Scene.Answer refused = kvs.run(pipeline);

        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.out())
                .contains("job 'goeson' would shrink from 1000 to 2 keys (by 99.8 %; allowed are 20 % or 100 keys)."
                        + " `max_shrink: N` allows more for good, `tofro resume " + refused.run()
                        + " --accept shrink=\"reason\"` for this run");
        assertThat(refused.err().lines())
                .filteredOn(line -> line.startsWith("materialize: "))
                .hasSize(2);
        assertThat(kvs.job("goeson").current()).isEqualTo(2);
        assertThat(kvs.tables()).containsExactly("goeson_1", "goeson_2");
        assertThat(kvs.job("goeson").version(3).orElseThrow().alive())
                .as("nobody is at work on it")
                .isFalse();

        // The source is gone; what was unloaded is there.
        scene.changeWarehouse("DROP TABLE " + scene.name + ".facts");
        Scene.Answer resumed = kvs.resume(refused.run(), "--accept", "shrink=they left");
        assertThat(resumed.code()).as(resumed.toString()).isZero();
        assertThat(kvs.job("goeson").current()).isEqualTo(3);
        assertThat(kvs.rows("goeson")).isEqualTo(first);
        assertThat(Scene.step(Scene.report(refused.run()), "materialize")
                        .get("notes")
                        .toString())
                .contains("accepted shrink: they left")
                .contains("took the rows that an earlier attempt had unloaded");
    }

    @Test
    void whatShouldNotBePublishedIsRefused(Scene scene) throws Exception {
        KvsScene kvs = new KvsScene(scene);
        table(scene);
        assertRefused(
                kvs.run(kvs.pipeline("twice", field("SELECT user_id, item FROM NAME.facts"))),
                "twice.yaml:9: 1 key has more than one row. `collect: set` takes all values of a key, `on_duplicate:"
                        + " first` with an `order_by` takes one");
        assertRefused(
                kvs.run(kvs.pipeline("nokeys", field("SELECT user_id, item FROM NAME.facts WHERE user_id < 0"))),
                "job 'nokeys' would have no keys: refused to publish an empty version. `allow_empty: true` allows it for"
                        + " good");
        assertRefused(
                kvs.run(kvs.pipeline(
                        "nullkey",
                        field("SELECT CASE WHEN user_id > 1 THEN user_id END AS user_id, item FROM NAME.facts"))),
                "nullkey.yaml:9: 4 rows are without a value for 'user_id', which is the key; leave them out with WHERE");
        assertRefused(
                kvs.run(kvs.pipeline("nocolumn", field("SELECT user_id AS id, item FROM NAME.facts"))),
                "nocolumn.yaml:9 has no column 'user_id', which is the key's; it has: id, item");
        assertRefused(
                kvs.run(kvs.pipeline("keytype", field("SELECT score AS user_id, item FROM NAME.facts"))),
                "keytype.yaml:9: the key's column 'user_id' is decimal(5,2), and a key is a varchar or a whole number;"
                        + " cast it");
        assertRefused(
                kvs.run(kvs.pipeline(
                        "micros",
                        field("SELECT user_id, max(happened) + interval '1 microsecond' AS at FROM NAME.facts"
                                + " GROUP BY 1"))),
                "job 'micros': a value for the column 'at' is finer than a millisecond; truncate it in the query, or let"
                        + " the column be bigint or text (its type is timestamp). Nothing was published");
        assertRefused(
                kvs.run(kvs.pipeline(
                        "toolarge",
                        "index_column: k\nfields:\n- {sql: \"SELECT 1 AS k, repeat('x', 60000) || n AS filler FROM"
                                + " generate_series(1, 300) AS n\", collect: list}")),
                "job 'toolarge': the values of a key have more than 15728640 bytes, most of them in 'filler', and Cassandra"
                        + " takes at most 15728640 in one write; take less by `max_elements`, or leave the key out."
                        + " Nothing was published");
        assertThat(kvs.job("toolarge").current()).isZero();
    }

    private static String field(String sql) {
        return "index_column: user_id\nfields:\n- sql: \"" + sql + "\"";
    }

    private static void assertRefused(Scene.Answer answer, String why) {
        assertThat(answer.code()).as(answer.toString()).isEqualTo(1);
        assertThat(answer.out()).contains(why);
    }

    /** The load is done when the guard says no; what was loaded is loaded again, and a rollback in between is not undone. */
    @Test
    void fieldsThatLoseTheirValuesAreRefusedAndARollbackIsNotUndone(Scene scene) throws Exception {
        KvsScene kvs = new KvsScene(scene);
        table(scene);
        assertThat(kvs.run(
                                kvs.pipeline(
                                        "nulls",
                                        field(
                                                "SELECT user_id, max(item) AS item FROM NAME.facts WHERE user_id = 1 GROUP BY 1")))
                        .code())
                .isZero();
        String pipeline = kvs.pipeline("nulls", field("SELECT user_id, max(item) AS item FROM NAME.facts GROUP BY 1"));
        Scene.Answer refused = kvs.run(pipeline);
        assertRefused(
                refused,
                "job 'nulls': 50.0 % of the keys would have no value for 'item'; in version 1, which is current, it is"
                        + " 0.0 % (a rise of 10 points is allowed). `max_null_rise: N` allows more for good");
        List<String> cells = cells(kvs, "nulls_2");
        long writtenAt = kvs.job("nulls").version(2).orElseThrow().writtenAt();
        assertThat(cells).containsExactlyInAnyOrder("1|b|" + writtenAt, "2|null|null");
        assertThat(kvs.job("nulls").version(2).orElseThrow().alive()).isFalse();

        kvs.versions().rollBack(kvs.job("nulls"), 1);

        Scene.Answer resumed = kvs.resume(refused.run(), "--accept", "nulls=a new course");
        assertRefused(
                resumed,
                "job 'nulls': version 2 was begun when the job's epoch was 1, and it is 2 now: somebody published or rolled"
                        + " back since. Nothing was published; start a new run");
        assertThat(kvs.job("nulls").current()).isEqualTo(1);
        assertThat(cells(kvs, "nulls_2")).isEqualTo(cells);

        // As if the clock had jumped back since: the next version's cells are older, and served all the same.
        long future = writtenAt + 1_000_000_000_000L;
        assertThat(KvsScene.session()
                        .execute("UPDATE " + kvs.keyspace + ".versions SET written_at = " + future
                                + " WHERE job = 'nulls' AND number = 1 IF state = 'PUBLISHED'")
                        .wasApplied())
                .isTrue();
        Scene.Answer accepted = kvs.run(pipeline, "--accept", "nulls=a new course");
        assertThat(accepted.code()).as(accepted.toString()).isZero();
        assertThat(kvs.rows("nulls"))
                .containsExactly("{\"user_id\": 1, \"item\": \"b\"}", "{\"user_id\": 2, \"item\": null}");
        assertThat(kvs.job("nulls").currentVersion().orElseThrow().writtenAt()).isLessThan(future);
        assertThat(kvs.tables()).containsExactly("nulls_1", "nulls_3");
    }

    private static List<String> cells(KvsScene kvs, String table) {
        return KvsScene.session()
                .execute("SELECT user_id, item, writetime(item) FROM " + kvs.keyspace + "." + table)
                .map(row -> row.getLong(0) + "|" + row.getString(1) + "|" + row.getObject(2))
                .all();
    }

    @Test
    void oldVersionsAreDroppedAndATrialLeavesNone(Scene scene) throws Exception {
        KvsScene kvs = new KvsScene(scene);
        table(scene);
        String pipeline = kvs.pipeline(
                "kept", "keep_versions: 2\n" + field("SELECT user_id, count(*) AS n FROM NAME.facts GROUP BY 1"));
        for (int run = 1; run <= 3; run++) {
            Scene.Answer answer = kvs.run(pipeline);
            assertThat(answer.code()).as(answer.toString()).isZero();
        }
        assertThat(kvs.tables()).containsExactly("kept_2", "kept_3");
        assertThat(kvs.job("kept").versions()).extracting(JobVersion::number).containsExactly(2, 3);

        Scene.Answer trial = kvs.run(pipeline, "--limit", "1");
        assertThat(trial.code()).as(trial.toString()).isZero();
        assertThat(kvs.tables()).containsExactly("kept_2", "kept_3");
        assertThat(kvs.job("kept").current()).isEqualTo(3);

        // A run that died has left half a table behind, and another pipeline's is at work.
        JobVersion dead = kvs.versions()
                .begin(
                        new JobName("kept"),
                        scene.name + "_kept/materialize",
                        "dead",
                        kvs.job("kept").versions().get(0).schema());
        org.tofro.kvs.KvsTables.create(KvsScene.session(), kvs.keyspace, dead);
        Scene.Answer after = kvs.run(pipeline);
        assertThat(after.code()).as(after.toString()).isZero();
        assertThat(kvs.tables()).containsExactly("kept_3", "kept_6");
        kvs.versions()
                .begin(
                        new JobName("kept"),
                        "other/step",
                        "r1",
                        kvs.job("kept").versions().get(0).schema());
        assertRefused(
                kvs.run(pipeline),
                "job 'kept': run 'r1' of other/step is at work on version 7; wait for its end, or for 60 s after it died");
    }

    /** On Flink buckets are loaded by several workers, and a failure is an outcome there too. */
    @Test
    void flinkServesTheSame(Scene scene) throws Exception {
        KvsScene kvs = new KvsScene(scene);
        scene.changeWarehouse(
                "CREATE SCHEMA IF NOT EXISTS " + scene.name,
                "CREATE TABLE " + scene.name + ".many (id integer, v varchar(20))",
                "INSERT INTO " + scene.name + ".many SELECT n, 'value ' || n FROM generate_series(1, 60000) AS n");
        String pipeline =
                kvs.pipeline("many", "max_writes_per_second: 1000000\nindex_column: id\nfields:\n- {table: NAME.many}");

        Scene.Answer answer =
                Scene.tofro("run", pipeline, "--runner", kvs.runnerOf("runners/flink-local.yaml", "flink.runner.yaml"));

        assertThat(answer.code()).as(answer.toString()).isZero();
        assertThat(kvs.job("many").currentVersion().orElseThrow().figures().keys())
                .isEqualTo(60_000);
        assertThat(KvsScene.session()
                        .execute("SELECT count(*) FROM " + kvs.keyspace + ".many_1")
                        .one()
                        .getLong(0))
                .isEqualTo(60_000);
        assertThat(KvsScene.session()
                        .execute("SELECT v FROM " + kvs.keyspace + ".many_1 WHERE id = 4711")
                        .one()
                        .getString(0))
                .isEqualTo("value 4711");

        assertRefused(
                Scene.tofro(
                        "run",
                        kvs.pipeline("manytwice", field("SELECT id % 7 AS user_id, v FROM NAME.many")),
                        "--runner",
                        kvs.runnerOf("runners/flink-local.yaml", "flink.runner.yaml")),
                "manytwice.yaml:9: 7 keys have more than one row. `collect: set`");
    }

    /** Several buckets, one writer: the same cells as by inserts. */
    @Test
    @Tag("slow")
    void sstablesServeTheSame(Scene scene) throws Exception {
        KvsScene kvs = new KvsScene(scene);
        scene.changeWarehouse(
                "CREATE SCHEMA IF NOT EXISTS " + scene.name,
                "CREATE TABLE " + scene.name + ".files (id integer, v varchar(20), w varchar(20))",
                "INSERT INTO " + scene.name
                        + ".files SELECT n / 2, 'value ' || n, CASE WHEN n % 3 > 0 THEN 'w ' || n END"
                        + " FROM generate_series(0, 119999) AS n");
        String fields = """
                index_column: id
                fields:
                - {collect: set, sql: "SELECT id, v FROM NAME.files"}
                - {sql: "SELECT id, min(w) AS w FROM NAME.files GROUP BY id"}
                """;
        Scene.Answer homeless =
                Scene.tofro("run", kvs.pipeline("sorted", "method: sstable\n" + fields), "--runner", kvs.runner());
        assertThat(homeless.code()).as(homeless.toString()).isEqualTo(1);
        assertThat(homeless.out())
                .contains(
                        "connection 'cassandra': to write SSTables, Cassandra's own jars are needed; give the connection"
                                + " 'cassandra_home'");
        assertThat(kvs.job("sorted").currentVersion()).isEmpty();

        Scene.Answer streamed = Scene.tofro(
                "run",
                kvs.pipeline("sorted", "method: sstable\nmax_mebibytes_per_second: 100\n" + fields),
                "--runner",
                kvs.runnerWithHome());
        assertThat(streamed.code()).as(streamed.toString()).isZero();
        JobVersion version = kvs.job("sorted").currentVersion().orElseThrow();
        assertThat(version.figures().keys()).isEqualTo(60_000);
        List<String> asFiles = kvs.rows(version);

        // A server takes files of a form that it does not start with again.
        TestCassandra.shared().stop();
        TestCassandra.shared().startAgain();
        assertThat(kvs.rows(version)).hasSize(60_000).isEqualTo(asFiles);

        Scene.Answer inserted = kvs.run(kvs.pipeline("sorted", fields));
        assertThat(inserted.code()).as(inserted.toString()).isZero();
        assertThat(kvs.job("sorted").current()).isGreaterThan(version.number());
        assertThat(kvs.rows("sorted")).hasSize(60_000).isEqualTo(asFiles);
    }
}
