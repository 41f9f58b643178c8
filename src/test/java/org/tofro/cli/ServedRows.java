package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.metadata.schema.TableMetadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tofro.kvs.JobName;
import org.tofro.kvs.KvsTables;
import org.tofro.kvs.VersionsTable;

/** What the checkout's Cassandra serves: the tables of the keyspace {@code serving}, and the jobs of the key-value store. */
final class ServedRows implements AutoCloseable {
    private final CqlSession session;
    private final VersionsTable versions;

    private ServedRows(CqlSession session) {
        this.session = session;
        this.versions = new VersionsTable(session, KvsTables.DEFAULT_KEYSPACE);
    }

    /** By the driver alone; a run that needs the server has started it. */
    static ServedRows open() {
        return new ServedRows(CqlSession.builder()
                .addContactPoint(
                        new InetSocketAddress("127.0.0.1", Integer.parseInt(stack("ports/cassandra.cassandra"))))
                .withLocalDatacenter("datacenter1")
                .withAuthCredentials("tofro", stack("password"))
                .build());
    }

    private static String stack(String file) {
        try {
            return Files.readString(TestCheckout.FOLDER.resolve(".tofro/stack").resolve(file))
                    .strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All rows of each table that has some, and of the current version of each job, in an order of their own. */
    Map<String, List<String>> rows() {
        Map<String, List<String>> found = new TreeMap<>();
        for (TableMetadata table : tables()) {
            List<String> rows = rows(KvsTables.quote("serving") + "." + table.getName());
            if (!rows.isEmpty()) {
                found.put("serving." + table.getName(), rows);
            }
        }
        for (JobName job : versions.jobs()) {
            versions.readSerial(job).orElseThrow().currentVersion().ifPresent(version -> {
                String table = KvsTables.name(KvsTables.DEFAULT_KEYSPACE, version);
                found.put("key-value job " + job.name(), rows(table));
            });
        }
        return found;
    }

    private List<String> rows(String table) {
        return session.execute("SELECT * FROM " + table).all().stream()
                .map(Row::getFormattedContents)
                .sorted()
                .toList();
    }

    /** Truncated, not deleted: rows with an earlier timestamp are to be seen when they are written again. */
    void clear() {
        tables().forEach(
                        table -> KvsTables.execute(session, "TRUNCATE " + table.getKeyspace() + "." + table.getName()));
        for (JobName job : versions.jobs()) {
            Scene.Answer answer = Scene.tofro("kvs", "drop", job.name(), "--all");
            assertThat(answer.code()).as(answer.toString()).isZero();
        }
    }

    private Iterable<TableMetadata> tables() {
        return session.getMetadata()
                .getKeyspace("serving")
                .orElseThrow()
                .getTables()
                .values();
    }

    @Override
    public void close() {
        session.close();
    }
}
