-- What the front needs in the PostgreSQL behind it. Run as a whole, in one transaction; may be run again.
CREATE SCHEMA IF NOT EXISTS redshift_front;

-- Errors of the front itself end the transaction like any other.
CREATE OR REPLACE FUNCTION redshift_front.raise(code text, message text, detail text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = code, MESSAGE = message, DETAIL = detail;
END $$;

-- Table attributes: "CREATE TABLE", r_CREATE_TABLE_NEW.html.
CREATE TABLE IF NOT EXISTS redshift_front.table_attributes (
    relid oid PRIMARY KEY,
    diststyle text NOT NULL,
    distkey text NOT NULL,
    sortstyle text NOT NULL,
    sortkeys text[] NOT NULL,
    encodings text[] NOT NULL,
    backup boolean NOT NULL,
    created timestamp NOT NULL DEFAULT pg_catalog.timezone('UTC', pg_catalog.clock_timestamp()));

CREATE OR REPLACE FUNCTION redshift_front.remember(
    name text, diststyle text, distkey text, sortstyle text, sortkeys text, encodings text, backup boolean) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO redshift_front.table_attributes
    SELECT name::regclass::oid, diststyle, distkey, sortstyle,
        coalesce(string_to_array(nullif(sortkeys, ''), ','), '{}'),
        coalesce(string_to_array(nullif(encodings, ''), ','), '{}'), backup
    ON CONFLICT (relid) DO NOTHING
$$;

-- LIKE takes over the distribution and the sort key.
CREATE OR REPLACE FUNCTION redshift_front.remember_like(name text, parent text) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO redshift_front.table_attributes
    SELECT name::regclass::oid, diststyle, distkey, sortstyle, sortkeys, encodings, backup
    FROM redshift_front.table_attributes WHERE relid = parent::regclass::oid
    ON CONFLICT (relid) DO NOTHING
$$;

CREATE OR REPLACE FUNCTION redshift_front.alter_attributes(
    name text, new_diststyle text, new_distkey text, new_sortstyle text, new_sortkeys text) RETURNS void
LANGUAGE sql AS $$
    UPDATE redshift_front.table_attributes
    SET diststyle = CASE WHEN new_sortstyle = '' THEN new_diststyle ELSE diststyle END,
        distkey = CASE WHEN new_sortstyle = '' THEN new_distkey ELSE distkey END,
        sortstyle = CASE WHEN new_sortstyle = '' THEN sortstyle ELSE new_sortstyle END,
        sortkeys = CASE WHEN new_sortstyle = '' THEN sortkeys
            ELSE coalesce(string_to_array(nullif(new_sortkeys, ''), ','), '{}') END
    WHERE relid = name::regclass::oid
$$;

-- VARCHAR(n) and CHAR(n) count bytes ("Character types", r_Character_types.html): a CHECK per column.
-- Keys are informational ("Defining table constraints", t_Defining_constraints.html): their indexes are never used.
CREATE OR REPLACE FUNCTION redshift_front.after_ddl() RETURNS event_trigger
LANGUAGE plpgsql AS $$
DECLARE
    target oid;
    clauses text;
BEGIN
    IF coalesce(current_setting('redshift_front.in_ddl', true), '') = 'on' THEN
        RETURN;
    END IF;
    FOR target IN
        SELECT DISTINCT d.objid FROM pg_event_trigger_ddl_commands() d JOIN pg_class c ON c.oid = d.objid
        WHERE d.classid = 'pg_class'::regclass AND c.relkind IN ('r', 'p')
            AND c.relnamespace NOT IN ('redshift_front'::regnamespace, 'pg_catalog'::regnamespace)
    LOOP
        PERFORM set_config('redshift_front.in_ddl', 'on', true);
        WITH wanted AS (
            SELECT a.attname, format('redshift_bytes_%s_%s_%s', a.attnum,
                CASE t.typname WHEN 'varchar' THEN 'v' ELSE 'c' END, a.atttypmod - 4) AS conname, a.atttypmod - 4 AS len
            FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
            WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped
                AND t.typname IN ('varchar', 'bpchar') AND a.atttypmod > 4),
        present AS (
            SELECT conname::text FROM pg_constraint WHERE conrelid = target AND conname ~ '^redshift_bytes_'),
        changes AS (
            SELECT 1 AS place, format('DROP CONSTRAINT %I', conname) AS clause FROM present
            WHERE conname NOT IN (SELECT conname FROM wanted)
            UNION ALL
            SELECT 2, format('ADD CONSTRAINT %I CHECK (octet_length(%I::text) <= %s)', conname, attname, len)
            FROM wanted WHERE conname NOT IN (SELECT conname FROM present))
        SELECT string_agg(clause, ', ' ORDER BY place) INTO clauses FROM changes;
        IF clauses IS NOT NULL THEN
            EXECUTE format('ALTER TABLE %s %s', target::regclass, clauses);
        END IF;
        UPDATE pg_index SET indisready = false, indisvalid = false
        WHERE indrelid = target AND indisunique AND (indisready OR indisvalid);
        PERFORM set_config('redshift_front.in_ddl', 'off', true);
    END LOOP;
END $$;

DROP EVENT TRIGGER IF EXISTS redshift_front_after_ddl;
CREATE EVENT TRIGGER redshift_front_after_ddl ON ddl_command_end
    WHEN TAG IN ('CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'ALTER TABLE')
    EXECUTE FUNCTION redshift_front.after_ddl();

-- Load errors: "STL_LOAD_ERRORS", r_STL_LOAD_ERRORS.html; "SYS_LOAD_ERROR_DETAIL", SYS_LOAD_ERROR_DETAIL.html.
CREATE TABLE IF NOT EXISTS redshift_front.load_errors (
    query_id bigint NOT NULL,
    session_id integer NOT NULL,
    table_id bigint NOT NULL,
    table_name text NOT NULL,
    start_time timestamp NOT NULL DEFAULT pg_catalog.timezone('UTC', pg_catalog.clock_timestamp()),
    file_name text NOT NULL,
    line_number bigint NOT NULL,
    column_name text NOT NULL,
    column_type text NOT NULL,
    column_length text NOT NULL,
    position integer NOT NULL,
    raw_line text NOT NULL,
    raw_field_value text NOT NULL,
    error_code integer NOT NULL,
    error_message text NOT NULL);

CREATE OR REPLACE VIEW pg_catalog.stl_load_errors AS
SELECT 100 AS userid, 0 AS slice, table_id::integer AS tbl, start_time AS starttime, session_id AS session,
    query_id AS query, file_name::char(256) AS filename, line_number, column_name::char(127) AS colname,
    column_type::char(30) AS type, column_length::char(10) AS col_length, position, raw_line::char(1024) AS raw_line,
    raw_field_value::char(1024) AS raw_field_value, error_code AS err_code, error_message::char(100) AS err_reason,
    0 AS is_partial, 0::bigint AS start_offset, -1::bigint AS copy_job_id
FROM redshift_front.load_errors;

CREATE OR REPLACE VIEW pg_catalog.sys_load_error_detail AS
SELECT 100 AS user_id, query_id, 0::bigint AS transaction_id, session_id, current_database()::text AS database_name,
    table_id::integer AS table_id, start_time, file_name::char(256) AS file_name, line_number,
    column_name::char(127) AS column_name, column_type::char(30) AS column_type,
    column_length::char(10) AS column_length, position, error_code, error_message::char(512) AS error_message
FROM redshift_front.load_errors;

-- System information functions: "PG_LAST_COPY_COUNT", PG_LAST_COPY_COUNT.html, and its neighbours.
CREATE OR REPLACE FUNCTION pg_catalog.pg_last_copy_count() RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT coalesce(nullif(current_setting('redshift_front.last_copy_count', true), ''), '0')::bigint $$;
CREATE OR REPLACE FUNCTION pg_catalog.pg_last_unload_count() RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT coalesce(nullif(current_setting('redshift_front.last_unload_count', true), ''), '0')::bigint $$;
CREATE OR REPLACE FUNCTION pg_catalog.pg_last_copy_id() RETURNS integer LANGUAGE sql STABLE AS $$
    SELECT coalesce(nullif(current_setting('redshift_front.last_copy_id', true), ''), '-1')::integer $$;
CREATE OR REPLACE FUNCTION pg_catalog.pg_last_query_id() RETURNS integer LANGUAGE sql STABLE AS $$
    SELECT coalesce(nullif(current_setting('redshift_front.last_query_id', true), ''), '-1')::integer $$;
CREATE OR REPLACE FUNCTION pg_catalog.version() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT 'PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC gcc (GCC) 3.4.2 20041017 (Red Hat 3.4.2-6.fc3), '
        || 'Redshift 1.0.75672' $$;

-- SQL functions: c_SQL_functions.html.
-- "the start date or time of the current statement, even when it is within a transaction block" (r_GETDATE.html).
CREATE OR REPLACE FUNCTION pg_catalog.getdate() RETURNS timestamp LANGUAGE sql STABLE AS $$
    SELECT timezone('UTC', statement_timestamp()) $$;
CREATE OR REPLACE FUNCTION pg_catalog.len(value text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT char_length(value) $$;
CREATE OR REPLACE FUNCTION pg_catalog.charindex(part text, value text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT strpos(value, part) $$;
CREATE OR REPLACE FUNCTION pg_catalog.nvl2(value anyelement, present anyelement, absent anyelement) RETURNS anyelement
LANGUAGE sql IMMUTABLE AS $$ SELECT CASE WHEN value IS NULL THEN absent ELSE present END $$;
CREATE OR REPLACE FUNCTION pg_catalog.regexp_replace(value text, pattern text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT regexp_replace(value, pattern, '', 'g') $$;
CREATE OR REPLACE FUNCTION pg_catalog.sha2(value text, bits integer) RETURNS varchar LANGUAGE sql IMMUTABLE AS $$
    SELECT encode(CASE bits
        WHEN 224 THEN sha224(convert_to(value, 'UTF8')) WHEN 0 THEN sha256(convert_to(value, 'UTF8'))
        WHEN 256 THEN sha256(convert_to(value, 'UTF8')) WHEN 384 THEN sha384(convert_to(value, 'UTF8'))
        WHEN 512 THEN sha512(convert_to(value, 'UTF8')) END, 'hex') $$;
CREATE OR REPLACE FUNCTION pg_catalog.strtol(value text, base integer) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    result bigint := 0;
    digits text := lower(ltrim(ltrim(value, '-'), '+'));
BEGIN
    FOR i IN 1..length(digits) LOOP
        IF strpos('0123456789abcdefghijklmnopqrstuvwxyz', substr(digits, i, 1)) NOT BETWEEN 1 AND base THEN
            RAISE EXCEPTION USING ERRCODE = '22P02',
                MESSAGE = format('The input %s is not valid to be converted to base %s', value, base);
        END IF;
        result := result * base + strpos('0123456789abcdefghijklmnopqrstuvwxyz', substr(digits, i, 1)) - 1;
    END LOOP;
    RETURN CASE WHEN value LIKE '-%' THEN -result ELSE result END;
END $$;
CREATE OR REPLACE FUNCTION pg_catalog.dateadd(part text, amount bigint, value timestamp) RETURNS timestamp
LANGUAGE sql IMMUTABLE AS $$
    SELECT value + CASE
        WHEN lower(part) IN ('year', 'years', 'y', 'yr', 'yrs') THEN make_interval(years => amount::int)
        WHEN lower(part) IN ('quarter', 'quarters', 'qtr', 'qtrs') THEN make_interval(months => amount::int * 3)
        WHEN lower(part) IN ('month', 'months', 'mon', 'mons') THEN make_interval(months => amount::int)
        WHEN lower(part) IN ('week', 'weeks', 'w') THEN make_interval(weeks => amount::int)
        WHEN lower(part) IN ('day', 'days', 'd') THEN make_interval(days => amount::int)
        WHEN lower(part) IN ('hour', 'hours', 'h', 'hr', 'hrs') THEN amount * interval '1 hour'
        WHEN lower(part) IN ('minute', 'minutes', 'm', 'min', 'mins') THEN amount * interval '1 minute'
        WHEN lower(part) IN ('second', 'seconds', 's', 'sec', 'secs') THEN amount * interval '1 second'
        WHEN lower(part) IN ('millisecond', 'milliseconds', 'ms', 'msec', 'msecs') THEN amount * interval '1 millisecond'
        WHEN lower(part) IN ('microsecond', 'microseconds', 'microsec', 'usec', 'us')
            THEN amount * interval '1 microsecond' END $$;
-- "DATEDIFF returns the number of date part boundaries that are crossed" (r_DATEDIFF_function.html).
CREATE OR REPLACE FUNCTION pg_catalog.datediff(part text, earlier timestamp, later timestamp) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN lower(part) IN ('year', 'years', 'y', 'yr', 'yrs')
            THEN extract(year FROM later)::bigint - extract(year FROM earlier)::bigint
        WHEN lower(part) IN ('quarter', 'quarters', 'qtr', 'qtrs')
            THEN (extract(year FROM later) * 4 + extract(quarter FROM later))::bigint
                - (extract(year FROM earlier) * 4 + extract(quarter FROM earlier))::bigint
        WHEN lower(part) IN ('month', 'months', 'mon', 'mons')
            THEN (extract(year FROM later) * 12 + extract(month FROM later))::bigint
                - (extract(year FROM earlier) * 12 + extract(month FROM earlier))::bigint
        WHEN lower(part) IN ('week', 'weeks', 'w')
            THEN (date_trunc('week', later + interval '1 day')::date
                - date_trunc('week', earlier + interval '1 day')::date) / 7
        WHEN lower(part) IN ('day', 'days', 'd') THEN (later::date - earlier::date)::bigint
        WHEN lower(part) IN ('hour', 'hours', 'h', 'hr', 'hrs')
            THEN extract(epoch FROM date_trunc('hour', later) - date_trunc('hour', earlier))::bigint / 3600
        WHEN lower(part) IN ('minute', 'minutes', 'm', 'min', 'mins')
            THEN extract(epoch FROM date_trunc('minute', later) - date_trunc('minute', earlier))::bigint / 60
        WHEN lower(part) IN ('second', 'seconds', 's', 'sec', 'secs')
            THEN extract(epoch FROM date_trunc('second', later) - date_trunc('second', earlier))::bigint
        WHEN lower(part) IN ('millisecond', 'milliseconds', 'ms', 'msec', 'msecs')
            THEN (extract(epoch FROM later - earlier) * 1000)::bigint
        WHEN lower(part) IN ('microsecond', 'microseconds', 'microsec', 'usec', 'us')
            THEN (extract(epoch FROM later - earlier) * 1000000)::bigint END $$;

-- Texts: blanks at the ends of a varchar or a char count in no comparison (Significance of trailing blanks,
-- r_Character_types.html), so =, DISTINCT, GROUP BY, PARTITION BY and joins of varchars compare as PostgreSQL compares chars. A
-- varchar and a text, which Redshift does not have, still compare with their blanks.
DO $$
DECLARE
    comparison record;
    pair record;
BEGIN
    IF to_regoperator('pg_catalog.=(character varying, character varying)') IS NOT NULL THEN
        RETURN;
    END IF;
    FOR comparison IN SELECT * FROM (VALUES
        ('eq', '=', '=', '<>', 'eqsel', 'eqjoinsel', ', HASHES, MERGES'), ('ne', '<>', '<>', '=', 'neqsel', 'neqjoinsel', ''),
        ('lt', '<', '>', '>=', 'scalarltsel', 'scalarltjoinsel', ''), ('le', '<=', '>=', '>', 'scalarlesel', 'scalarlejoinsel', ''),
        ('gt', '>', '<', '<=', 'scalargtsel', 'scalargtjoinsel', ''), ('ge', '>=', '<=', '<', 'scalargesel', 'scalargejoinsel', ''))
        AS c(name, sign, commutator, negator, restriction, joining, more)
    LOOP
        FOR pair IN SELECT * FROM (VALUES ('varchar', 'varchar'), ('varchar', 'bpchar'), ('bpchar', 'varchar')) AS p(a, b) LOOP
            EXECUTE format('CREATE FUNCTION pg_catalog.%s_%s_%s(%s, %s) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT'
                ' PARALLEL SAFE AS %L', pair.a, comparison.name, pair.b, pair.a, pair.b, 'bpchar' || comparison.name);
            EXECUTE format('CREATE OPERATOR pg_catalog.%s (FUNCTION = pg_catalog.%s_%s_%s, LEFTARG = %s, RIGHTARG = %s,'
                ' COMMUTATOR = OPERATOR(pg_catalog.%s), NEGATOR = OPERATOR(pg_catalog.%s), RESTRICT = %s, JOIN = %s%s)',
                comparison.sign, pair.a, comparison.name, pair.b, pair.a, pair.b, comparison.commutator, comparison.negator,
                comparison.restriction, comparison.joining, CASE WHEN pair.a = pair.b THEN comparison.more ELSE '' END);
        END LOOP;
    END LOOP;
    CREATE FUNCTION pg_catalog.varchar_compare(varchar, varchar) RETURNS integer
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'bpcharcmp';
    CREATE FUNCTION pg_catalog.varchar_hash(varchar) RETURNS integer
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'hashbpchar';
    CREATE FUNCTION pg_catalog.varchar_hash(varchar, bigint) RETURNS bigint
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'hashbpcharextended';
    CREATE OPERATOR CLASS pg_catalog.redshift_varchar DEFAULT FOR TYPE varchar USING btree AS
        OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
        FUNCTION 1 pg_catalog.varchar_compare(varchar, varchar), FUNCTION 2 pg_catalog.bpchar_sortsupport(internal);
    CREATE OPERATOR CLASS pg_catalog.redshift_varchar DEFAULT FOR TYPE varchar USING hash AS
        OPERATOR 1 =, FUNCTION 1 pg_catalog.varchar_hash(varchar), FUNCTION 2 pg_catalog.varchar_hash(varchar, bigint);
END $$;

-- Tables: "PG_TABLE_DEF", r_PG_TABLE_DEF.html; "SVV_TABLE_INFO", r_SVV_TABLE_INFO.html.
CREATE OR REPLACE FUNCTION redshift_front.type_name(type oid, modifier integer) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE type WHEN 'jsonb'::regtype THEN 'super' WHEN 'bytea'::regtype THEN 'binary varying(64000)'
        WHEN 'text'::regtype THEN 'character varying(65535)' ELSE format_type(type, modifier) END $$;

CREATE OR REPLACE VIEW pg_catalog.pg_table_def AS
SELECT n.nspname AS schemaname, c.relname AS tablename, a.attname AS "column",
    redshift_front.type_name(a.atttypid, a.atttypmod) AS type,
    coalesce((SELECT split_part(e, '=', 2) FROM unnest(t.encodings) e WHERE split_part(e, '=', 1) = a.attname),
        CASE WHEN a.attname = ANY (t.sortkeys) THEN 'none'
            WHEN a.atttypid IN ('bool'::regtype, 'float4'::regtype, 'float8'::regtype) THEN 'none'
            WHEN a.atttypid IN ('varchar'::regtype, 'bpchar'::regtype, 'text'::regtype, 'bytea'::regtype) THEN 'lzo'
            WHEN a.atttypid = 'jsonb'::regtype THEN 'zstd'
            ELSE 'az64' END) AS encoding,
    coalesce(t.distkey = a.attname, false) AS distkey,
    coalesce(CASE WHEN t.sortstyle = 'INTERLEAVED' AND mod(array_position(t.sortkeys, a.attname::text), 2) = 0
        THEN -array_position(t.sortkeys, a.attname::text)
        ELSE array_position(t.sortkeys, a.attname::text) END, 0) AS sortkey,
    a.attnotnull AS "notnull"
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN redshift_front.table_attributes t ON t.relid = c.oid
WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('redshift_front', 'pg_catalog', 'information_schema', 'pg_toast')
    AND pg_catalog.pg_table_is_visible(c.oid);

CREATE OR REPLACE VIEW pg_catalog.svv_table_info AS
SELECT current_database()::text AS database, n.nspname::text AS schema, c.oid::bigint AS table_id,
    c.relname::text AS "table", CASE WHEN t.encodings <> '{}' THEN 'Y' ELSE 'Y, AUTO(ENCODE)' END AS encoded,
    coalesce(t.diststyle, 'AUTO(ALL)') AS diststyle,
    coalesce(CASE WHEN t.sortstyle = 'INTERLEAVED' THEN 'INTERLEAVED' ELSE t.sortkeys[1] END, 'AUTO(SORTKEY)') AS sortkey1,
    0 AS max_varchar, 'none'::text AS sortkey1_enc, coalesce(cardinality(t.sortkeys), 0) AS sortkey_num,
    pg_catalog.pg_total_relation_size(c.oid) / 1048576 AS size, 0::numeric(10, 4) AS pct_used, 0::bigint AS empty,
    0::numeric(5, 2) AS unsorted, 0::numeric(5, 2) AS stats_off,
    greatest(c.reltuples, 0)::numeric(38, 0) AS tbl_rows, NULL::numeric(19, 2) AS skew_sortkey1,
    NULL::numeric(19, 2) AS skew_rows, greatest(c.reltuples, 0)::numeric(38, 0) AS estimated_visible_rows,
    NULL::text AS risk_event, NULL::numeric(12, 2) AS vacuum_sort_benefit, t.created AS create_time
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN redshift_front.table_attributes t ON t.relid = c.oid
WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('redshift_front', 'pg_catalog', 'information_schema', 'pg_toast');

-- "SVV_TABLES", r_SVV_TABLES.html; "SVV_COLUMNS", r_SVV_COLUMNS.html; and what the driver asks for beside them.
CREATE OR REPLACE VIEW pg_catalog.svv_tables AS
SELECT table_catalog::text, table_schema::text, table_name::text, table_type::text,
    pg_catalog.obj_description(pg_catalog.to_regclass(
        pg_catalog.quote_ident(table_schema) || '.' || pg_catalog.quote_ident(table_name))::oid, 'pg_class') AS remarks
FROM information_schema.tables WHERE table_schema <> 'redshift_front';

CREATE OR REPLACE VIEW pg_catalog.svv_columns AS
SELECT table_catalog::text, table_schema::text, table_name::text, column_name::text,
    ordinal_position::integer,
    CASE is_identity WHEN 'YES' THEN format('"identity"(0, %s, ''%s,%s''::text)', ordinal_position, identity_start, identity_increment)
        ELSE column_default::text END AS column_default, is_nullable::text,
    CASE data_type WHEN 'jsonb' THEN 'super' WHEN 'bytea' THEN 'binary varying' WHEN 'text' THEN 'character varying'
        ELSE data_type::text END AS data_type,
    CASE data_type WHEN 'text' THEN 65535 ELSE character_maximum_length::integer END AS character_maximum_length,
    numeric_precision::integer, numeric_precision_radix::integer, numeric_scale::integer, datetime_precision::integer,
    interval_type::text, interval_precision::text, character_set_catalog::text, character_set_schema::text,
    character_set_name::text, collation_catalog::text, collation_schema::text, collation_name::text, domain_name::text,
    NULL::text AS remarks
FROM information_schema.columns WHERE table_schema <> 'redshift_front';

CREATE OR REPLACE VIEW pg_catalog.svv_external_schemas AS
SELECT NULL::oid AS esoid, NULL::smallint AS eskind, NULL::name AS schemaname, NULL::integer AS esowner,
    NULL::text AS databasename, NULL::text AS esoptions WHERE false;
CREATE OR REPLACE VIEW pg_catalog.svv_external_tables AS
SELECT NULL::text AS redshift_database_name, NULL::text AS schemaname, NULL::text AS tablename, NULL::text AS tabletype,
    NULL::text AS location, NULL::text AS input_format, NULL::text AS output_format, NULL::text AS serialization_lib,
    NULL::text AS serde_parameters, NULL::integer AS compressed, NULL::text AS parameters WHERE false;
CREATE OR REPLACE VIEW pg_catalog.svv_external_columns AS
SELECT NULL::text AS redshift_database_name, NULL::text AS schemaname, NULL::text AS tablename,
    NULL::text AS columnname, NULL::text AS external_type, NULL::integer AS columnnum, NULL::integer AS part_key,
    NULL::text AS is_nullable WHERE false;
CREATE OR REPLACE VIEW pg_catalog.svv_redshift_databases AS
SELECT datname::text AS database_name, 100 AS database_owner, 'local'::text AS database_type, ''::text AS database_acl,
    ''::text AS database_options,
    CASE current_setting('default_transaction_isolation') WHEN 'serializable' THEN 'Serializable'
        ELSE 'Snapshot Isolation' END AS database_isolation_level
FROM pg_catalog.pg_database WHERE NOT datistemplate;
CREATE OR REPLACE VIEW pg_catalog.svv_all_schemas AS
SELECT current_database()::text AS database_name, nspname::text AS schema_name, 100 AS schema_owner,
    'local'::text AS schema_type, ''::text AS schema_acl, NULL::text AS source_database, NULL::text AS schema_option
FROM pg_catalog.pg_namespace WHERE nspname NOT IN ('redshift_front', 'pg_toast');
CREATE OR REPLACE VIEW pg_catalog.svv_all_tables AS
SELECT table_catalog AS database_name, table_schema AS schema_name, table_name, ''::text AS table_acl,
    CASE table_type WHEN 'BASE TABLE' THEN 'TABLE' ELSE table_type END AS table_type, remarks
FROM pg_catalog.svv_tables;
CREATE OR REPLACE VIEW pg_catalog.svv_all_columns AS
SELECT table_catalog AS database_name, table_schema AS schema_name, table_name, column_name, ordinal_position,
    column_default, is_nullable, data_type, character_maximum_length, numeric_precision, numeric_scale, remarks
FROM pg_catalog.svv_columns;

CREATE OR REPLACE FUNCTION pg_catalog.pg_get_late_binding_view_cols() RETURNS SETOF record LANGUAGE plpgsql AS $$
BEGIN
    RETURN;
END $$;

-- Sessions and statements: "STV_RECENTS", r_STV_RECENTS.html; "STV_SESSIONS", r_STV_SESSIONS.html;
-- "SVV_TRANSACTIONS", r_SVV_TRANSACTIONS.html.
CREATE OR REPLACE VIEW pg_catalog.stv_sessions AS
SELECT backend_start::timestamp AS starttime, pid AS process, usename::char(50) AS user_name, datname::char(50) AS db_name,
    NULL::integer AS timeout_sec
FROM pg_catalog.pg_stat_activity WHERE backend_type = 'client backend';
CREATE OR REPLACE VIEW pg_catalog.stv_recents AS
SELECT 100 AS userid, CASE state WHEN 'active' THEN 'Running' ELSE 'Done' END::char(20) AS status,
    query_start::timestamp AS starttime,
    (extract(epoch FROM (CASE state WHEN 'active' THEN now() ELSE state_change END) - query_start) * 1000000)::bigint
        AS duration,
    usename::char(50) AS user_name, datname::char(50) AS db_name, query::char(600) AS query,
    CASE state WHEN 'active' THEN pid ELSE -1 END AS pid
FROM pg_catalog.pg_stat_activity WHERE backend_type = 'client backend' AND query <> '';
CREATE OR REPLACE VIEW pg_catalog.svv_transactions AS
SELECT a.usename::text AS txn_owner, a.datname::text AS txn_db, coalesce(a.backend_xid::text::bigint, 0) AS xid, a.pid,
    a.xact_start::timestamp AS txn_start, l.mode AS lock_mode, l.locktype AS lockable_object_type,
    l.relation::integer AS relation, l.granted
FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype IN ('relation', 'transactionid') AND a.datname = current_database();

-- "STL_QUERY", r_STL_QUERY.html; "SYS_QUERY_HISTORY", SYS_QUERY_HISTORY.html.
CREATE TABLE IF NOT EXISTS redshift_front.queries (
    query_id bigint NOT NULL,
    label text NOT NULL,
    session_id integer NOT NULL,
    text text NOT NULL,
    written timestamp NOT NULL DEFAULT pg_catalog.timezone('UTC', pg_catalog.clock_timestamp()));
CREATE OR REPLACE VIEW pg_catalog.stl_query AS
SELECT 100 AS userid, query_id AS query, label::char(320) AS label, 0::bigint AS xid, session_id AS pid,
    current_database()::char(32) AS database, text::char(4000) AS querytxt, written AS starttime, written AS endtime,
    0 AS aborted
FROM redshift_front.queries;
CREATE OR REPLACE VIEW pg_catalog.sys_query_history AS
SELECT 100 AS user_id, query_id, label::char(320) AS query_label, 0::bigint AS transaction_id, session_id,
    current_database()::char(128) AS database_name, upper(split_part(ltrim(text), ' ', 1))::char(32) AS query_type,
    'success'::char(10) AS status, written AS start_time, written AS end_time, 0::bigint AS elapsed_time,
    text::char(4000) AS query_text
FROM redshift_front.queries;
