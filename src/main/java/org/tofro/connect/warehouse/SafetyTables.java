package org.tofro.connect.warehouse;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.tofro.data.TableName;

/**
 * Names of the tables in the schema {@code tofro}: readable, and unique by a hash of what they stand for. At most 62
 * bytes, because PostgreSQL silently cuts at 63.
 */
final class SafetyTables {
    static final String SCHEMA = "tofro";

    private SafetyTables() {}

    static TableName lease(String pipeline) {
        return named("lease", pipeline);
    }

    static TableName records(String pipeline) {
        return named("records", pipeline);
    }

    /** What stands in for a target where a step's changes belong to no table: its fence and ledger are the step's own. */
    static TableName ofStep(String pipeline, String step) {
        return TableName.of(SCHEMA, pipeline + "/" + step);
    }

    static TableName fence(TableName target) {
        return of("fence", target);
    }

    static TableName ledger(TableName target) {
        return of("ledger", target);
    }

    static TableName files(TableName target) {
        return of("files", target);
    }

    /**
     * One name for all spellings of a target, or two writers of it would not meet at one fence: a table without a schema
     * is in {@code public}, and Redshift folds quoted names to lower case too, unless it is told not to.
     */
    private static TableName of(String kind, TableName target) {
        TableName full = TableName.of(target.schema() == null ? "public" : target.schema(), target.name());
        return named(kind, full.toString(), full.sql().toLowerCase(Locale.ROOT));
    }

    private static TableName named(String kind, String of) {
        return named(kind, of, of);
    }

    private static TableName named(String kind, String of, String hashed) {
        String readable = of.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
        String cut = readable.substring(0, Math.min(40, readable.length()));
        return TableName.of(SCHEMA, kind + "_" + cut + "_" + hash(hashed));
    }

    private static String hash(String of) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(of.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 5);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Whether the table exists; a look in the catalogue, which neither locks nor fails. */
    static boolean exists(WarehouseSession session, TableName table) throws SQLException {
        return oid(session, table) != 0;
    }

    /** Whether it is a table and no view. */
    static boolean isTable(WarehouseSession session, TableName table) throws SQLException {
        return session.number("""
                        SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                        WHERE n.nspname = ? AND c.relname = ? AND c.relkind = 'r'""", table.schema() == null ? "public" : table.schema(), table.name()) > 0;
    }

    /** The names of the table's columns; none where there is no such table. */
    static List<String> columns(WarehouseSession session, TableName table) throws SQLException {
        return session.query(
                row -> row.getString(1), """
                        SELECT cast(a.attname AS varchar(128)) FROM pg_attribute a
                        JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
                        WHERE n.nspname = ? AND c.relname = ? AND a.attnum > 0 AND NOT a.attisdropped""", table.schema() == null ? "public" : table.schema(), table.name());
    }

    /** The catalogue's number of the table, 0 where there is none; a later table of the same name gets another one. */
    static long oid(WarehouseSession session, TableName table) throws SQLException {
        return session.first(
                        row -> row.getLong(1), """
                        SELECT cast(c.oid as bigint) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                        WHERE n.nspname = ? AND c.relname = ?""", table.schema() == null ? "public" : table.schema(), table.name())
                .orElse(0L);
    }
}
