package org.tofro.kvs;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.tofro.local.TestCassandra;

/** A store of a test's own on the tests' Cassandra, filled as a load fills it. */
public final class TestStore {
    public static final KvsSchema NAMES = schema("id bigint", "name text");

    private final CqlSession session = TestCassandra.shared().session();
    private final String keyspace = TestCassandra.shared().keyspace();
    private final VersionsTable versions = VersionsTable.make(session, keyspace);
    private int runs;

    public CqlSession session() {
        return session;
    }

    public String keyspace() {
        return keyspace;
    }

    public VersionsTable versions() {
        return versions;
    }

    /** One key column, then fields; a type of {@code json} is text that holds JSON. */
    public static KvsSchema schema(String key, String... fields) {
        return new KvsSchema(
                List.of(key.split(", ")).stream().map(TestStore::column).toList(),
                List.of(fields).stream().map(TestStore::column).toList());
    }

    private static KvsColumn column(String text) {
        String type = text.substring(text.indexOf(' ') + 1);
        boolean json = type.equals("json");
        return new KvsColumn(text.substring(0, text.indexOf(' ')), json ? "text" : type, json);
    }

    /** A version with its table, being loaded. */
    public JobVersion begin(String job, KvsSchema schema) {
        JobVersion version = versions.begin(new JobName(job), "pipeline/step", "run" + ++runs, schema);
        KvsTables.create(session, keyspace, version);
        return version;
    }

    /** Writes a row with the version's time. */
    public void put(JobVersion version, Object... values) {
        List<KvsColumn> columns = version.schema().columns();
        PreparedStatement insert = session.prepare("INSERT INTO " + KvsTables.name(keyspace, version) + " ("
                + KvsTables.quoted(columns) + ") VALUES ("
                + columns.stream().map(column -> "?").collect(Collectors.joining(", ")) + ") USING TIMESTAMP "
                + version.writtenAt());
        session.execute(insert.bind(values));
    }

    public JobVersion publish(JobVersion version, long keys) {
        versions.publish(version, new VersionFigures(keys, 100 * keys, Map.of()));
        return version;
    }

    /** A published version of these rows. */
    public JobVersion load(String job, KvsSchema schema, Object[]... rows) {
        JobVersion version = begin(job, schema);
        for (Object[] row : rows) {
            put(version, row);
        }
        return publish(version, rows.length);
    }

    public static Object[] row(Object... values) {
        return values;
    }

    public void drop(JobVersion version) {
        if (!versions.startDropping(version)) {
            throw new IllegalStateException("it is current");
        }
        session.execute(SimpleStatement.newInstance("DROP TABLE " + KvsTables.name(keyspace, version)));
        versions.dropped(version);
    }
}
