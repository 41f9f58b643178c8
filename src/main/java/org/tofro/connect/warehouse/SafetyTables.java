package org.tofro.connect.warehouse;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
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

    static TableName fence(TableName target) {
        return named("fence", target.toString());
    }

    static TableName ledger(TableName target) {
        return named("ledger", target.toString());
    }

    private static TableName named(String kind, String of) {
        String readable = of.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
        String cut = readable.substring(0, Math.min(40, readable.length()));
        return TableName.of(SCHEMA, kind + "_" + cut + "_" + hash(of));
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
    static boolean exists(WarehouseSession session, TableName table) throws java.sql.SQLException {
        return session.number(
                        "SELECT count(*) FROM pg_tables WHERE schemaname = ? AND tablename = ?",
                        table.schema(),
                        table.name())
                > 0;
    }
}
