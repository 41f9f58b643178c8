package org.tofro.cli;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.tofro.kvs.Job;
import org.tofro.kvs.JobName;
import org.tofro.kvs.JobVersion;
import org.tofro.kvs.KvsTables;
import org.tofro.kvs.VersionsTable;
import org.tofro.local.TestCassandra;

/** A scene with a key-value store of its own on the tests' Cassandra, and eyes on it that are not the loader's. */
final class KvsScene {
    static final String STAND_IN = "cassandra: {type: cassandra, stand_in: true, seed: test-data/cassandra/cassandra}";

    final Scene scene;
    final String keyspace;

    KvsScene(Scene scene) {
        this.scene = scene;
        this.keyspace = scene.name + "_kvs";
    }

    /** The environment of this machine, with the tests' own Cassandra. */
    String runner(String... oldAndNew) throws IOException {
        return runnerOf("runners/local.yaml", "kvs.runner.yaml", oldAndNew);
    }

    /** The same with the place of Cassandra's own jars. */
    String runnerWithHome() throws IOException {
        return scene.runnerFrom(
                "runners/local.yaml",
                "kvs.home.runner.yaml",
                STAND_IN,
                connection("cassandra_home: \"" + TestCassandra.shared().home() + "\", "));
    }

    String runnerOf(String base, String name, String... oldAndNew) throws IOException {
        List<String> changes = new ArrayList<>(List.of(oldAndNew));
        changes.add(STAND_IN);
        changes.add(connection(""));
        return scene.runnerFrom(base, name, changes.toArray(String[]::new));
    }

    private String connection(String more) throws IOException {
        String password = scene.file(
                "password.txt", TestCassandra.shared().connection().password().reveal());
        return "cassandra: {" + more + TestCassandra.shared().runnerFields() + "\"${file:" + password + "}\"}";
    }

    /** A pipeline of one step for a job; {@code fields} stand below it. */
    String pipeline(String job, String fields) throws IOException {
        return scene.file(
                job + ".yaml", """
                name: NAME_%s
                steps:
                - type: materialize-kvs
                  name: materialize
                  job_name: %s
                  keyspace: NAME_kvs
                %s
                """.formatted(job, job, fields.strip().indent(2).stripTrailing()));
    }

    Scene.Answer run(String pipeline, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("run", pipeline, "--runner", runner()));
        arguments.addAll(List.of(more));
        return Scene.tofro(arguments.toArray(String[]::new));
    }

    Scene.Answer resume(String run, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("resume", run, "--runner", runner()));
        arguments.addAll(List.of(more));
        return Scene.tofro(arguments.toArray(String[]::new));
    }

    static CqlSession session() {
        return TestCassandra.shared().session();
    }

    VersionsTable versions() {
        return new VersionsTable(session(), keyspace);
    }

    Job job(String name) {
        return versions().readSerial(new JobName(name)).orElseThrow();
    }

    /** The rows of the job's current version, as JSON, in the order of their text. */
    List<String> rows(String job) {
        return rows(job(job).currentVersion().orElseThrow());
    }

    List<String> rows(JobVersion version) {
        return session().execute("SELECT JSON * FROM " + KvsTables.name(keyspace, version)).all().stream()
                .map(row -> String.valueOf(row.getString(0)))
                .sorted()
                .toList();
    }

    /** The tables that the keyspace has, without that of the versions. */
    List<String> tables() {
        return session()
                .execute("SELECT table_name FROM system_schema.tables WHERE keyspace_name = '" + keyspace + "'")
                .all()
                .stream()
                .map((Row row) -> String.valueOf(row.getString(0)))
                .filter(table -> !table.equals(VersionsTable.NAME))
                .sorted()
                .toList();
    }
}
