package org.tofro.local.redshift;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** SET, SHOW and RESET of parameters that PostgreSQL lacks ("Configuration reference", cm_chap_ConfigurationRef.html). */
final class Settings {
    private static final Set<String> OWN = Set.of(
            "query_group",
            "enable_result_cache_for_session",
            "enable_case_sensitive_identifier",
            "enable_case_sensitive_super_attribute",
            "enable_numeric_rounding",
            "analyze_threshold_percent",
            "auto_analyze",
            "auto_mv",
            "describe_field_name_in_uppercase",
            "downcase_delimited_identifier",
            "error_on_nondeterministic_update",
            "json_serialization_enable",
            "json_serialization_parse_nested_strings",
            "max_concurrency_scaling_clusters",
            "max_cursor_result_set_size",
            "mv_enable_aqmv_for_session",
            "navigate_super_null_on_error",
            "parse_super_null_on_error",
            "spectrum_query_maxerror",
            "stored_proc_log_min_messages",
            "use_fips_ssl",
            "wlm_query_slot_count",
            "wlm_json_configuration",
            "default_geometry_encoding",
            "activate_aqua");
    /** What SHOW answers before anything was set, where it is not the empty string. */
    private static final Map<String, String> DEFAULTS = Map.of(
            "enable_result_cache_for_session",
            "on",
            "enable_case_sensitive_identifier",
            "off",
            "downcase_delimited_identifier",
            "off",
            "describe_field_name_in_uppercase",
            "off",
            "wlm_query_slot_count",
            "1",
            "query_group",
            "default",
            "analyze_threshold_percent",
            "10");

    private Settings() {}

    static Translation set(Statement source) throws RedshiftException {
        int place = source.at(1).is("SESSION") || source.at(1).is("LOCAL") ? 2 : 1;
        if (source.has(place, "CHARACTERISTICS") || source.has(place, "TRANSACTION")) {
            // "Isolation levels", c_serial_isolation.html: the level is the database's; naming another changes nothing.
            int readOnly = source.find(place, "READ", "ONLY");
            String scope =
                    source.has(place, "TRANSACTION") ? "SET TRANSACTION" : "SET SESSION CHARACTERISTICS AS TRANSACTION";
            return Translation.of(
                    Translation.Kind.OTHER,
                    source.text(),
                    readOnly >= 0 ? scope + " READ ONLY" : "SET redshift_front.nothing TO ''");
        }
        String name = source.at(place).name();
        if (name.equals("standard_conforming_strings") || name.equals("default_transaction_isolation")) {
            throw new RedshiftException("55P02", "parameter \"%s\" cannot be changed".formatted(name));
        }
        if (name.equals("statement_timeout")
                || !OWN.contains(name)
                || !(source.at(place + 1).is("TO") || source.at(place + 1).is("="))) {
            return Translation.of(Translation.Kind.OTHER, source.text(), source.text());
        }
        String value =
                source.at(place + 2).is("DEFAULT") ? DEFAULTS.getOrDefault(name, "") : valueOf(source, place + 2);
        return Translation.of(
                Translation.Kind.OTHER,
                source.text(),
                "SET redshift_front.%s TO %s".formatted(name, SqlText.literal(value)));
    }

    /** The query group after a statement that PostgreSQL runs. */
    static String queryGroup(String sql, String before) {
        String start = "SET redshift_front.query_group TO E'";
        return sql.startsWith(start) ? sql.substring(start.length(), sql.length() - 1) : before;
    }

    private static String valueOf(Statement source, int place) {
        Token token = source.at(place);
        return token.kind() == Token.Kind.STRING || token.kind() == Token.Kind.QUOTED_NAME
                ? token.kind() == Token.Kind.STRING ? token.value() : token.name()
                : source.text(place, source.tokens().size());
    }

    static Translation show(Statement source) {
        String name = source.at(1).name();
        if (OWN.contains(name)) {
            return Translation.other(
                    source.text(),
                    "SELECT coalesce(nullif(pg_catalog.current_setting(%s, true), ''), %s) AS %s"
                            .formatted(
                                    SqlText.literal("redshift_front." + name),
                                    SqlText.literal(DEFAULTS.getOrDefault(name, "")),
                                    SqlText.name(name)),
                    List.of(),
                    List.of());
        }
        return Translation.of(Translation.Kind.OTHER, source.text(), source.text());
    }

    static Translation reset(Statement source) {
        String name = source.at(1).name().toLowerCase(Locale.ROOT);
        return Translation.of(
                Translation.Kind.OTHER,
                source.text(),
                OWN.contains(name) ? "SET redshift_front.%s TO ''".formatted(name) : source.text());
    }
}
