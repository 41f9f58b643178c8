# Loads into the warehouse, and the write modes.

bench_publish() {
    even_table "$rows"
    pipeline publish <<EOF
- {type: extract-from-rds, hostname: bench, database: postgres, table: even_$rows}
- {type: load-into-staging-table, table: bench_staging.even_$rows}
- {type: reload-prod-table, source: bench_staging.even_$rows, destination: bench_prod.even_$rows}
EOF
    run publish s3 >/dev/null 2>&1
    local name=even_$rows schema
    for schema in psql_staging psql_prod; do
        warehouse_sql -c "CREATE SCHEMA IF NOT EXISTS $schema" -c "DROP TABLE IF EXISTS $schema.$name" \
            -c "CREATE TABLE $schema.$name (id bigint, account bigint, code int, hash varchar(65535), seen timestamp,
                amount numeric(6,2), note varchar(65535), flag boolean)"
    done
    mine() { run publish s3; }
    other() {
        copy_and_compress "$name"
        zstd -dcq "$work/psql.csv.zst" | warehouse_sql -At -c BEGIN -c "DELETE FROM psql_staging.$name" \
            -c "COPY psql_staging.$name FROM STDIN (FORMAT csv)" -c "SELECT count(*) FROM psql_staging.$name" -c COMMIT
        warehouse_sql -At -c BEGIN -c "SELECT count(*) FROM psql_staging.$name" -c "SELECT count(*) FROM psql_prod.$name" \
            -c "DELETE FROM psql_prod.$name" -c "INSERT INTO psql_prod.$name SELECT * FROM psql_staging.$name" \
            -c "SELECT count(*) FROM psql_prod.$name" -c COMMIT
    }
    # The rows that the run before has deleted must not slow the next one.
    vacuum() {
        for schema in bench_staging bench_prod psql_staging psql_prod; do
            warehouse_sql -c "VACUUM $schema.$name"
        done
        warehouse_sql -c CHECKPOINT
    }
    against "extract, load, reload, $rows rows" mine other vacuum
}

# The write modes: the step alone, on tables that stand in the warehouse already.

mode_columns='id, account, code, hash, seen, amount, note, flag'

# A table of the warehouse, made once: name, the least id, the greatest, the expression of when a row was seen.
warehouse_table() {
    if [[ $(warehouse_sql -Atc "SELECT to_regclass('$1') IS NULL") == t ]]; then
        echo "bench: making $1" >&2
        warehouse_sql -c "CREATE SCHEMA IF NOT EXISTS bench_modes" \
            -c "CREATE TABLE $1 (id bigint, account bigint, code int, hash varchar(65535), seen timestamp,
                amount numeric(6,2), note varchar(65535), flag boolean)" \
            -c "INSERT INTO $1 SELECT i::bigint, (i::bigint * 7919 % 1000003)::bigint, (i % 1000)::int, md5(i::text), $4,
                (i % 1000000 / 100.0)::numeric(6,2),
                CASE WHEN i % 5 = 0 THEN NULL ELSE 'note, ' || i || ', with commas' END, i % 2 = 0
                FROM generate_series($2, $3) i"
    fi
    warehouse_sql -c "VACUUM (ANALYZE) $1"
}

# Puts the production table back to what it was, without what the run before has deleted.
restore() {
    warehouse_sql -c "TRUNCATE bench_modes.prod" -c "INSERT INTO bench_modes.prod SELECT * FROM $saved"
    warehouse_sql -c "VACUUM (ANALYZE) bench_modes.prod"
    warehouse_sql -c CHECKPOINT
}

new_production() {
    warehouse_sql -c "DROP TABLE IF EXISTS bench_modes.prod" -c "CREATE TABLE bench_modes.prod (LIKE $saved)"
}

# Both must leave the same rows, or their times say nothing.
same_rows() {
    local sum="SELECT count(*), sum(hashtext(p::text)::bigint) FROM bench_modes.prod p" x y
    restore
    seconds mine >/dev/null
    x=$(warehouse_sql -Atc "$sum")
    restore
    seconds other >/dev/null
    y=$(warehouse_sql -Atc "$sum")
    [[ $x == "$y" ]] || { echo "bench: the rows differ: $x, $y" >&2 && exit 1; }
}

bench_upsert() {
    local staged=bench_modes.upsert_staged_$rows day="timestamp '2020-01-01' + i * interval '1 second'"
    saved=bench_modes.upsert_saved_$rows
    warehouse_table "$saved" 1 "$rows" "$day"
    warehouse_table "$staged" "$((rows / 2 + 1))" "$((rows / 2 + rows))" "$day"
    new_production
    pipeline upsert <<EOF
- {type: upsert, source: $staged, destination: bench_modes.prod, primary_key: id}
EOF
    mine() { run upsert s3; }
    other() {
        warehouse_sql -At -c BEGIN -c "SELECT count(*) FROM $staged" -c "SELECT count(*) FROM bench_modes.prod" \
            -c "SELECT count(*) FROM $staged WHERE id IS NULL" \
            -c "SELECT count(*), coalesce(sum(times - 1), 0) FROM
                (SELECT count(*) AS times FROM $staged GROUP BY id HAVING count(*) > 1) AS repeated" \
            -c "DELETE FROM bench_modes.prod USING $staged AS staged WHERE staged.id = prod.id" \
            -c "INSERT INTO bench_modes.prod ($mode_columns) SELECT $mode_columns FROM $staged" \
            -c "SELECT count(*) FROM bench_modes.prod" -c COMMIT
    }
    same_rows
    against "upsert, $rows rows" mine other restore
    step_alone upsert upsert
}

bench_interval() {
    local staged=bench_modes.interval_staged_$rows day="timestamp '2026-11-23' + (i % 86400) * interval '1 second'"
    saved=bench_modes.interval_saved_$rows
    warehouse_table "$saved" 1 "$((rows * 2))" "$day - (i % 2) * interval '1 day'"
    warehouse_table "$staged" "$((rows * 2 + 1))" "$((rows * 3))" "$day"
    new_production
    pipeline interval <<EOF
- {type: replace-interval, source: $staged, destination: bench_modes.prod, column: seen}
EOF
    mine() { tofro run "$work/interval.yaml" --runner "$work/s3.yaml" --date 2026-11-23; }
    local inside="seen >= timestamp '2026-11-23' AND seen < timestamp '2026-11-24'"
    local counts="count(*), coalesce(sum(CASE WHEN $inside THEN 1 ELSE 0 END), 0),
        coalesce(sum(CASE WHEN seen IS NULL THEN 1 ELSE 0 END), 0)"
    other() {
        warehouse_sql -At -c BEGIN -c "SELECT $counts FROM $staged" -c "SELECT $counts FROM bench_modes.prod" \
            -c "DELETE FROM bench_modes.prod WHERE $inside" \
            -c "INSERT INTO bench_modes.prod ($mode_columns) SELECT $mode_columns FROM $staged" \
            -c "SELECT $counts FROM bench_modes.prod" -c COMMIT
    }
    same_rows
    against "replace-interval, $rows rows" mine other restore
    step_alone replace-interval interval
}
