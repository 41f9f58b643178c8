# Whole processes: how they start, and the memory that they take.

bench_start() {
    mine() { tofro run instructors; }
    other() { tofro validate instructors; }
    against "instructors | validate" mine other
    mine() { (cd "$home" && mvn -q -B exec:java -Dpipeline=instructors.yaml); }
    against "instructors by Maven | validate" mine other
}

# The largest resident set of Tofro's process under -Xmx512m, in MiB.
peak() {
    local name=$1
    clear_staging
    TOFRO_JAVA_OPTS=-Xmx512m /usr/bin/time -o "$work/time" -f '%M %e' "$home/scripts/tofro" run "$work/$name.yaml" \
        --runner "$work/$2.yaml" >"$work/out" 2>"$work/err" || true
    printf '%-34s %s\n' "$3" "$(awk 'NF == 2 { printf "%d MiB, %s s", $1 / 1024, $2 }' "$work/time")"
    grep -E 'succeeded|failed|refused' "$work/out" | awk '{ print $2 }' | sort | uniq -c | sed 's/^/    steps: /'
    sed -n '/^[^ ]*: connection/p' "$work/out" | cut -c1-240 | head -n 3
}

bench_memory() {
    source_sql -c "SET client_min_messages = warning" -c "CREATE TABLE IF NOT EXISTS long_row AS
        SELECT i AS id, CASE WHEN i = 7 THEN repeat('x', 16000000) ELSE 'short' END AS text FROM generate_series(1, 10) i"
    extract_pipeline long long_row ''
    peak long folder 'a row of 16 MB (no varchar takes it)'
    source_sql -c "DO \$\$ BEGIN IF to_regclass('wide') IS NULL THEN EXECUTE (
        SELECT 'CREATE TABLE wide AS SELECT ' || string_agg(format('i %% %s + 1 AS c%s', c, c), ', ')
            || ' FROM generate_series(1, 100000) i' FROM generate_series(1, 1500) c); END IF; END \$\$"
    extract_pipeline wide wide ''
    peak wide folder '100,000 rows of 1,500 columns'
    even_table 16000000
    extract_pipeline extract even_16000000 ''
    peak extract folder '16,000,000 rows'
    source_sql -c "SET client_min_messages = warning" -c "DO \$\$ BEGIN FOR n IN 1..300 LOOP EXECUTE format('CREATE TABLE IF NOT EXISTS many_%s AS
        SELECT i AS id, md5(i::text) AS hash FROM generate_series(1, 1000) i', n); END LOOP; END \$\$"
    local n
    for ((n = 1; n <= 300; n++)); do
        echo "- {type: extract-from-rds, name: extract-$n, hostname: bench, database: postgres, table: many_$n}"
        echo "- {type: load-into-staging-table, name: load-$n, table: bench_staging.many_$n}"
        echo "- {type: reload-prod-table, name: reload-$n, source: bench_staging.many_$n, destination: bench_prod.many_$n}"
    done | pipeline many
    peak many s3 '300 tables, 900 steps'
}
