package org.tofro.kvs;

import com.datastax.oss.driver.api.core.CqlIdentifier;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The tables of versions: made before a load, dropped when the version is not kept any more. For one caller per job at a
 * time; who may call is decided by {@link VersionsTable}.
 */
public final class KvsTables {
    /** The keyspace in which the store is where nobody says otherwise. */
    public static final String DEFAULT_KEYSPACE = "tofro_kvs";

    private static final Duration AGREEMENT = Duration.ofSeconds(30);

    private KvsTables() {}

    /** Makes a version's table where it is missing, and waits until all nodes know it. */
    public static void create(CqlSession session, String keyspace, JobVersion version) {
        execute(session, ddl(keyspace, version));
        demandAgreement(session, "table '" + version.table() + "'");
    }

    /** Drops a version's table where it is there. */
    public static void drop(CqlSession session, String keyspace, JobVersion version) {
        execute(session, "DROP TABLE IF EXISTS " + name(keyspace, version));
    }

    static String ddl(String keyspace, JobVersion version) {
        String columns = version.schema().columns().stream()
                .map(column -> quote(column.name()) + " " + column.type())
                .collect(Collectors.joining(", "));
        return "CREATE TABLE IF NOT EXISTS " + name(keyspace, version) + " (" + columns + ", PRIMARY KEY (("
                + quoted(version.schema().key()) + "))) WITH comment = 'Tofro: version " + version.number() + " of job "
                + version.job() + "'";
    }

    /** A version's table as CQL writes it. */
    public static String name(String keyspace, JobVersion version) {
        return quote(keyspace) + "." + quote(version.table());
    }

    /** The condition that names one entry of a version's table: a place for each part of its key. */
    public static String whereKey(KvsSchema schema) {
        return " WHERE "
                + schema.key().stream()
                        .map(column -> quote(column.name()) + " = ?")
                        .collect(Collectors.joining(" AND "));
    }

    /** Column names as CQL lists them. */
    public static String quoted(List<KvsColumn> columns) {
        return columns.stream().map(column -> quote(column.name())).collect(Collectors.joining(", "));
    }

    /** An identifier as CQL writes it, in double quotes. */
    public static String quote(String identifier) {
        return CqlIdentifier.fromInternal(identifier).asCql(false);
    }

    /** Makes or drops something, for which servers take their time. */
    public static void execute(CqlSession session, String ddl) {
        session.execute(SimpleStatement.newInstance(ddl).setTimeout(AGREEMENT));
    }

    /**
     * Waits until all nodes know what was made.
     *
     * @param what it is, for the message of a cluster that does not agree
     */
    public static void demandAgreement(CqlSession session, String what) {
        long end = System.nanoTime() + AGREEMENT.toNanos();
        while (!session.checkSchemaAgreement()) {
            if (System.nanoTime() > end) {
                throw new KvsException("not all nodes know " + what + " after " + AGREEMENT.toSeconds()
                        + " s; see `nodetool describecluster`, then start again");
            }
        }
    }
}
