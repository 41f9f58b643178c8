package org.tofro.cli;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.tofro.kvs.Job;
import org.tofro.kvs.JobName;
import org.tofro.kvs.JobVersion;
import org.tofro.kvs.Snapshots;
import org.tofro.kvs.VersionsTable;
import org.tofro.problem.Spelling;
import org.tofro.report.ReportTable;

/** The key-value store that a command works on. */
record KvsStore(CqlSession session, String keyspace, String runner) {
    VersionsTable versions() {
        return new VersionsTable(session, keyspace);
    }

    /** @throws FailedException where the job never had a version */
    Job demand(JobName name) {
        return versions().readSerial(name).orElseThrow(() -> unknown(name));
    }

    FailedException unknown(JobName name) {
        List<String> known = versions().jobs().stream().map(JobName::name).toList();
        return new FailedException("there is no job '" + name + "' in keyspace '" + keyspace + "'"
                + Spelling.nearest(name.name(), known)
                        .map(meant -> "; did you mean '" + meant + "'?")
                        .orElse("; `" + command("kvs versions") + "` lists those there are"));
    }

    /** @throws FailedException where the job has no such version */
    static JobVersion demand(Job job, int number) {
        return job.version(number)
                .filter(version -> version.state() == JobVersion.State.PUBLISHED)
                .orElseThrow(() -> new FailedException("job '" + job.name() + "' has no version " + number
                        + " that was published; it has: " + published(job)));
    }

    static String published(Job job) {
        List<String> numbers = job.versions().stream()
                .filter(version -> version.state() == JobVersion.State.PUBLISHED)
                .map(version -> String.valueOf(version.number()))
                .toList();
        return numbers.isEmpty() ? "none" : String.join(", ", numbers);
    }

    /** How many tables of the keyspace have such names. */
    long tables(Predicate<String> chosen) {
        return session
                .execute(SimpleStatement.newInstance(
                        "SELECT table_name FROM system_schema.tables WHERE keyspace_name = ?", keyspace))
                .all()
                .stream()
                .map(row -> Objects.requireNonNull(row.getString("table_name")))
                .filter(chosen)
                .count();
    }

    /** Tells a job's tables from others by their names. */
    static Predicate<String> tablesOf(JobName job) {
        return table -> table.matches(job.name() + "_[0-9]+");
    }

    /** What dropped tables still hold, and what to do about it; empty where they hold nothing. */
    Optional<String> snapshots(Predicate<String> chosen) {
        return Snapshots.of(session, keyspace, chosen)
                .map(found -> found.tables() == 0
                        ? ""
                        : "snapshots of " + counted(found.tables(), "table") + ", as DROP leaves them, hold "
                                + ReportTable.bytes(found.bytes())
                                + " on the nodes' disks; `nodetool clearsnapshot --all " + keyspace
                                + "` on each node frees them")
                .or(() ->
                        Optional.of("whether dropped tables have left snapshots on the nodes' disks, this cluster does"
                                + " not tell by CQL; `nodetool listsnapshots` does, and `nodetool clearsnapshot --all "
                                + keyspace + "` frees them"))
                .filter(sentence -> !sentence.isEmpty());
    }

    static String counted(long number, String one) {
        return number + " " + one + (number == 1 ? "" : "s");
    }

    /** A command of Tofro on this environment, for a person to type. */
    String command(String words) {
        return "tofro " + words + (runner.equals("local") ? "" : " --runner " + runner);
    }
}
