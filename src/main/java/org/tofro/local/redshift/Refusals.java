package org.tofro.local.redshift;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What PostgreSQL accepts and Redshift lacks ("Amazon Redshift and PostgreSQL", c_redshift-and-postgres-sql.html:
 * "Unsupported PostgreSQL features", c_unsupported-postgresql-features.html, "data types",
 * c_unsupported-postgresql-datatypes.html, and "functions", c_unsupported-postgresql-functions.html).
 */
final class Refusals {
    private static final Map<String, String> COMMANDS = Map.ofEntries(
            Map.entry("SAVEPOINT", "SAVEPOINT is not supported"),
            Map.entry("RELEASE", "RELEASE SAVEPOINT is not supported"),
            Map.entry("LISTEN", "LISTEN is not supported"),
            Map.entry("UNLISTEN", "UNLISTEN is not supported"),
            Map.entry("NOTIFY", "NOTIFY is not supported"),
            Map.entry("REINDEX", "REINDEX is not supported"),
            Map.entry("CLUSTER", "CLUSTER is not supported"),
            Map.entry("CHECKPOINT", "CHECKPOINT is not supported"),
            Map.entry("DO", "DO is not supported; use a stored procedure"),
            Map.entry("LOAD", "LOAD is not supported"),
            Map.entry("REFRESH", "REFRESH MATERIALIZED VIEW is not supported by this stand-in"),
            Map.entry("MOVE", "MOVE is not supported"),
            Map.entry("SECURITY", "SECURITY LABEL is not supported"),
            Map.entry("REASSIGN", "REASSIGN OWNED is not supported"),
            Map.entry("IMPORT", "IMPORT FOREIGN SCHEMA is not supported"));

    private static final Map<String, String> OBJECTS = Map.ofEntries(
            Map.entry("INDEX", "CREATE INDEX is not supported; Amazon Redshift has sort keys"),
            Map.entry("UNIQUE", "CREATE INDEX is not supported; Amazon Redshift has sort keys"),
            Map.entry("TYPE", "CREATE TYPE is not supported"),
            Map.entry("DOMAIN", "CREATE DOMAIN is not supported"),
            Map.entry("EXTENSION", "CREATE EXTENSION is not supported"),
            Map.entry("TRIGGER", "CREATE TRIGGER is not supported"),
            Map.entry("CONSTRAINT", "CREATE CONSTRAINT TRIGGER is not supported"),
            Map.entry("EVENT", "CREATE EVENT TRIGGER is not supported"),
            Map.entry("RULE", "CREATE RULE is not supported"),
            Map.entry("SEQUENCE", "CREATE SEQUENCE is not supported; use an IDENTITY column"),
            Map.entry("TABLESPACE", "CREATE TABLESPACE is not supported"),
            Map.entry("AGGREGATE", "CREATE AGGREGATE is not supported"),
            Map.entry("OPERATOR", "CREATE OPERATOR is not supported"),
            Map.entry("CAST", "CREATE CAST is not supported"),
            Map.entry("COLLATION", "CREATE COLLATION is not supported"),
            Map.entry("PUBLICATION", "CREATE PUBLICATION is not supported"),
            Map.entry("SUBSCRIPTION", "CREATE SUBSCRIPTION is not supported"),
            Map.entry("POLICY", "CREATE POLICY is not supported"),
            Map.entry("STATISTICS", "CREATE STATISTICS is not supported"),
            Map.entry("FOREIGN", "CREATE FOREIGN TABLE is not supported"),
            Map.entry("UNLOGGED", "UNLOGGED tables are not supported"),
            Map.entry("RECURSIVE", "CREATE RECURSIVE VIEW is not supported"));

    private static final Set<String> FUNCTIONS = Set.of(
            "pg_advisory_lock",
            "pg_advisory_xact_lock",
            "pg_advisory_lock_shared",
            "pg_advisory_xact_lock_shared",
            "pg_advisory_unlock",
            "pg_advisory_unlock_all",
            "pg_try_advisory_lock",
            "pg_try_advisory_xact_lock",
            "array_agg",
            "unnest",
            "array_append",
            "array_cat",
            "array_remove",
            "array_position",
            "string_agg",
            "json_agg",
            "jsonb_agg",
            "json_build_object",
            "jsonb_build_object",
            "row_to_json",
            "to_json",
            "to_jsonb",
            "gen_random_uuid",
            "nextval",
            "currval",
            "setval",
            "lastval",
            "pg_notify",
            "pg_export_snapshot",
            "txid_current",
            "pg_current_snapshot",
            "pg_sleep",
            "set_config",
            "make_date",
            "make_timestamp",
            "make_interval",
            "width_bucket",
            "regexp_matches",
            "regexp_split_to_array",
            "regexp_split_to_table",
            "string_to_array",
            "array_to_string",
            "lo_import",
            "lo_export",
            "pg_read_file",
            "pg_ls_dir");

    private Refusals() {}

    static void check(Statement statement) throws RedshiftException {
        String first = statement.at(0).text().toUpperCase(Locale.ROOT);
        String refused = COMMANDS.get(first);
        if (refused != null) {
            throw RedshiftException.unsupported(refused);
        }
        if (first.equals("CREATE")) {
            int place = statement.has(1, "OR", "REPLACE") ? 3 : 1;
            String object = OBJECTS.get(statement.at(place).text().toUpperCase(Locale.ROOT));
            if (object != null) {
                throw RedshiftException.unsupported(object);
            }
        }
        if (statement.has(0, "ROLLBACK", "TO") || statement.find(0, "TO", "SAVEPOINT") >= 0) {
            throw RedshiftException.unsupported("ROLLBACK TO SAVEPOINT is not supported");
        }
        if (statement.has(0, "PREPARE", "TRANSACTION")) {
            throw RedshiftException.unsupported("PREPARE TRANSACTION is not supported");
        }
        for (int i = 0; i < statement.tokens().size(); i++) {
            String reason = reason(statement, i, first);
            if (reason != null) {
                throw new RedshiftException(
                        "42601",
                        "syntax error at or near \"%s\""
                                .formatted(statement.at(i).text()),
                        reason);
            }
            Token token = statement.at(i);
            if (token.kind() == Token.Kind.WORD
                    && statement.at(i + 1).is("(")
                    && !statement.at(i - 1).is(".")
                    && FUNCTIONS.contains(token.name())) {
                throw new RedshiftException("42883", "function %s does not exist".formatted(token.name()));
            }
        }
    }

    /** Why the word at this place cannot be; null where it can. */
    private static @Nullable String reason(Statement statement, int place, String first) {
        if (statement.at(place).kind() == Token.Kind.STRING
                || statement.at(place).kind() == Token.Kind.QUOTED_NAME) {
            return null;
        }
        if (statement.has(place, "ON", "CONFLICT")) {
            return "ON CONFLICT is not supported by Amazon Redshift; use MERGE";
        }
        if (statement.at(place).is("RETURNING")
                && !statement.at(place - 1).is("AS")
                && !statement.at(place - 1).is(".")) {
            return Set.of("INSERT", "UPDATE", "DELETE", "MERGE", "WITH").contains(first)
                    ? "RETURNING is not supported by Amazon Redshift"
                    : null;
        }
        if (statement.has(place, "DISTINCT", "ON", "(")) {
            return "DISTINCT ON is not supported by Amazon Redshift";
        }
        if (statement.has(place, "FILTER", "(", "WHERE")) {
            return "FILTER is not supported by Amazon Redshift; use CASE inside of the aggregate";
        }
        if (statement.at(place).is("LATERAL")
                && (statement.at(place + 1).is("(") || statement.at(place + 1).isName())) {
            return "LATERAL is not supported by Amazon Redshift";
        }
        if (statement.has(place, "FOR", "UPDATE")
                || statement.has(place, "FOR", "SHARE")
                || statement.has(place, "FOR", "NO", "KEY")
                || statement.has(place, "FOR", "KEY", "SHARE")) {
            return first.equals("SELECT") || first.equals("WITH")
                    ? "SELECT ... FOR UPDATE is not supported by Amazon Redshift; use LOCK"
                    : null;
        }
        if (statement.has(place, "ARRAY", "[")) {
            return "ARRAY[...] is not supported by Amazon Redshift";
        }
        if (statement.has(place, "TABLESAMPLE", "(") || statement.at(place).is("TABLESAMPLE")) {
            return "TABLESAMPLE is not supported by Amazon Redshift";
        }
        return null;
    }
}
