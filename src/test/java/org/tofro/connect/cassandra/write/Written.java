package org.tofro.connect.cassandra.write;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.Row;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.tofro.local.TestCassandra;

/** A table of a test's own, with a partition key, a clustering column and two others, and rows for it. */
record Written(String keyspace) {
    static Written table() {
        String keyspace = TestCassandra.shared().keyspace();
        TestCassandra.shared()
                .session()
                .execute("CREATE TABLE " + keyspace
                        + ".\"Rows\" (k int, c int, \"Name\" text, n bigint, PRIMARY KEY (k, c))");
        return new Written(keyspace);
    }

    TargetTable target() {
        return new TargetTable(
                keyspace,
                "Rows",
                List.of(
                        new TargetColumn("k", "int"),
                        new TargetColumn("c", "int"),
                        new TargetColumn("Name", "text"),
                        new TargetColumn("n", "bigint")),
                1,
                1);
    }

    static @Nullable ByteBuffer[] row(int k, int c, @Nullable String name, @Nullable Long n) {
        return new @Nullable ByteBuffer[] {
            integer(k),
            integer(c),
            name == null ? null : ByteBuffer.wrap(name.getBytes(StandardCharsets.UTF_8)),
            n == null ? null : ByteBuffer.allocate(8).putLong(0, n)
        };
    }

    private static ByteBuffer integer(int number) {
        return ByteBuffer.allocate(4).putInt(0, number);
    }

    static CqlSession session() {
        return TestCassandra.shared().session();
    }

    long count() {
        return one("SELECT count(*) FROM " + keyspace + ".\"Rows\"").getLong(0);
    }

    Row one(String cql) {
        return Objects.requireNonNull(session().execute(cql).one());
    }

    List<String> rows() {
        return session().execute("SELECT k, c, \"Name\", n FROM " + keyspace + ".\"Rows\"").all().stream()
                .map(row -> row.getInt(0) + "|" + row.getInt(1) + "|" + row.getString(2) + "|"
                        + (row.isNull(3) ? "null" : row.getLong(3)))
                .sorted()
                .toList();
    }
}
