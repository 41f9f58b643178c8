package org.tofro.kvs;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.ResultSet;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The entries of a version within a range of tokens, in the ring's order, a page at a time. */
final class VersionScan implements Iterator<VersionScan.Scanned> {
    private static final long PAGE_BYTES = 4_000_000;
    private static final int LARGEST_PAGE = 2_000;

    private final List<KvsColumn> key;
    private final List<KvsColumn> fields;
    private final Iterator<Row> rows;

    /**
     * @param after the token before the first one
     * @param upTo the last one
     */
    VersionScan(
            CqlSession session, String keyspace, JobVersion version, List<KvsColumn> fields, long after, long upTo) {
        this.key = version.schema().key();
        this.fields = fields;
        List<KvsColumn> columns = new ArrayList<>(key);
        columns.addAll(fields);
        String token = "token(" + KvsTables.quoted(key) + ")";
        ResultSet found = session.execute(SimpleStatement.newInstance(
                        "SELECT " + token + ", " + KvsTables.quoted(columns) + " FROM "
                                + KvsTables.name(keyspace, version) + " WHERE " + token + " > ? AND " + token + " <= ?",
                        after,
                        upTo)
                .setIdempotent(true)
                .setPageSize(page(version.figures()))
                .setConsistencyLevel(ConsistencyLevel.LOCAL_QUORUM));
        this.rows = found.iterator();
    }

    /** Rows of a page, so that it takes little memory whatever a row is long. */
    private static int page(VersionFigures figures) {
        long rowBytes = figures.keys() == 0 ? 0 : figures.bytes() / figures.keys();
        return (int) Math.max(1, Math.min(LARGEST_PAGE, PAGE_BYTES / (rowBytes + 100)));
    }

    /**
     * An entry as the server keeps it.
     *
     * @param place what it is ordered by, the token first
     * @param values of the fields, in their order
     */
    record Scanned(Place place, KvsKey key, List<@Nullable ByteBuffer> values) {}

    /**
     * Where an entry stands on the ring; of entries with one token, the key's bytes decide.
     *
     * @param token of Murmur3
     * @param bytes of the partition key, a character for each, which compare as the server compares them: unsigned
     */
    record Place(long token, String bytes) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int byToken = Long.compare(token, other.token);
            return byToken != 0 ? byToken : bytes.compareTo(other.bytes);
        }
    }

    @Override
    public boolean hasNext() {
        return rows.hasNext();
    }

    @Override
    public Scanned next() {
        Row row = rows.next();
        List<Object> parts = new ArrayList<>(key.size());
        for (int i = 0; i < key.size(); i++) {
            parts.add(Objects.requireNonNull(row.getObject(1 + i)));
        }
        List<@Nullable ByteBuffer> values = new ArrayList<>(fields.size());
        for (int i = 0; i < fields.size(); i++) {
            values.add(row.getBytesUnsafe(1 + key.size() + i));
        }
        return new Scanned(new Place(row.getLong(0), bytes(row)), new KvsKey(parts), values);
    }

    private String bytes(Row row) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < key.size(); i++) {
            ByteBuffer part = Objects.requireNonNull(row.getBytesUnsafe(1 + i));
            byte[] plain = new byte[part.remaining()];
            part.duplicate().get(plain);
            if (key.size() > 1) {
                // Cassandra's CompositeType: the length in two bytes, the part, a zero.
                bytes.write(plain.length >> 8);
                bytes.write(plain.length);
            }
            bytes.write(plain, 0, plain.length);
            if (key.size() > 1) {
                bytes.write(0);
            }
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }
}
