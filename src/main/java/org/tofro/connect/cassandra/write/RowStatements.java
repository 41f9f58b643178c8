package org.tofro.connect.cassandra.write;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DefaultConsistencyLevel;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.cql.BatchStatement;
import com.datastax.oss.driver.api.core.cql.BatchType;
import com.datastax.oss.driver.api.core.cql.BatchableStatement;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.BoundStatementBuilder;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Statement;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.cassandra.session.CassandraException;

/** The statements that write or delete rows of a table, prepared once. */
final class RowStatements {
    private final PreparedStatement insert;

    private final @Nullable PreparedStatement delete;
    private final WriteOptions options;
    private final ConsistencyLevel level;

    private RowStatements(PreparedStatement insert, @Nullable PreparedStatement delete, WriteOptions options) {
        this.insert = insert;
        this.delete = delete;
        this.options = options;
        this.level = DefaultConsistencyLevel.valueOf(options.consistency().name());
    }

    /** @throws CassandraException where the table cannot be written */
    static RowStatements prepare(CqlSession session, TargetTable table, WriteOptions options, boolean deletes) {
        try {
            return new RowStatements(
                    session.prepare(insert(table, options)),
                    deletes ? session.prepare(delete(table, options)) : null,
                    options);
        } catch (DriverException e) {
            WriteFailures failures = new WriteFailures(table);
            throw failures.refused(e);
        }
    }

    private static String insert(TargetTable table, WriteOptions options) {
        Integer ttl = options.ttlSeconds();
        String using = options.timestamp() == null ? " USING TIMESTAMP ?" : "";
        if (ttl != null) {
            using += (using.isEmpty() ? " USING TTL " : " AND TTL ") + ttl;
        }
        return table.insert() + using;
    }

    private static String delete(TargetTable table, WriteOptions options) {
        String key = table.columns().subList(0, table.key()).stream()
                .map(column -> TargetTable.quote(column.name()) + " = ?")
                .collect(Collectors.joining(" AND "));
        String using = options.timestamp() == null ? " USING TIMESTAMP ?" : "";
        return "DELETE FROM " + table.cql() + using + " WHERE " + key;
    }

    BatchableStatement<?> insert(@Nullable ByteBuffer[] cells, long timestamp) {
        BoundStatementBuilder row = insert.boundStatementBuilder();
        for (int i = 0; i < cells.length; i++) {
            ByteBuffer cell = cells[i];
            if (cell != null) {
                // Any other place stays unset, which writes no tombstone.
                row = row.setBytesUnsafe(i, cell);
            }
        }
        if (options.timestamp() == null) {
            row = row.setBytesUnsafe(cells.length, micros(timestamp));
        }
        return row.build();
    }

    BatchableStatement<?> delete(@Nullable ByteBuffer[] key, int cells, long timestamp) {
        PreparedStatement prepared = delete;
        if (prepared == null) {
            throw new IllegalStateException("the writer was opened without deletes");
        }
        BoundStatementBuilder row = prepared.boundStatementBuilder();
        int first = options.timestamp() == null ? 1 : 0;
        for (int i = 0; i < cells; i++) {
            row = row.setBytesUnsafe(first + i, key[i]);
        }
        return (first == 1 ? row.setBytesUnsafe(0, micros(timestamp)) : row).build();
    }

    private static ByteBuffer micros(long timestamp) {
        return ByteBuffer.allocate(8).putLong(0, timestamp);
    }

    /** One request for rows of one partition. */
    Statement<?> request(List<BatchableStatement<?>> rows) {
        if (rows.size() == 1) {
            return sent((BoundStatement) rows.get(0));
        }
        return sent(BatchStatement.newInstance(BatchType.UNLOGGED, rows));
    }

    private <S extends Statement<S>> S sent(S statement) {
        Long timestamp = options.timestamp();
        S leveled = statement.setConsistencyLevel(level).setIdempotent(true);
        return timestamp == null ? leveled : leveled.setQueryTimestamp(timestamp);
    }
}
