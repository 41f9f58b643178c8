# Extracts from databases.

bench_extract() {
    even_table "$rows"
    extract_pipeline extract "even_$rows" ''
    mine() { run extract folder; }
    other() { copy_and_compress "even_$rows"; }
    against "extract, $rows rows" mine other clear_staging
}

bench_mysql() {
    command -v mariadb >/dev/null || { echo "bench: mariadb is missing (the package mariadb-client-core)" >&2 && exit 2; }
    sed 's/^connections:$/&\n  benchmysql: {type: mysql, stand_in: true}/' "$work/folder.yaml" >"$work/benchmysql.yaml"
    tofro stack up --runner "$work/benchmysql.yaml" >/dev/null
    local port name=even_$rows
    port=$(tofro stack status 2>/dev/null | awk '$1 == "benchmysql" { sub(/.*:/, "", $3); print $3 }')
    mysql_sql() { MYSQL_PWD=$PGPASSWORD mariadb -h 127.0.0.1 -P "$port" -u tofro "$@"; }
    mysql_sql -e 'CREATE DATABASE IF NOT EXISTS bench'
    if [[ $(mysql_sql -N -e "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'bench' AND table_name = '$name'") == 0 ]]; then
        echo "bench: making $name in MySQL" >&2
        mysql_sql bench -e "
            CREATE TABLE $name (id bigint PRIMARY KEY, account bigint, code int, hash varchar(32), seen datetime,
                amount decimal(6,2), note varchar(60), flag tinyint(1));
            INSERT INTO $name SELECT seq, seq * 7919 % 1000003, seq % 1000, md5(seq),
                timestamp '2020-01-01 00:00:00' + INTERVAL seq SECOND, seq % 1000000 / 100.0,
                if(seq % 5 = 0, NULL, concat('note, ', seq, ', with commas')), seq % 2 = 0 FROM seq_1_to_$rows;
            ANALYZE TABLE $name"
    fi
    pipeline mysql <<END
- {type: extract-from-rds, hostname: benchmysql, database: bench, table: $name}
END
    mine() { run mysql benchmysql; }
    other() { mysql_sql bench --quick --batch -e "SELECT * FROM $name" | zstd -1 -q -f -o "$work/mysql.tsv.zst"; }
    against "mysql, $rows rows" mine other clear_staging
}

bench_jdbcio() {
    even_table "$rows"
    extract_pipeline extract "even_$rows" ''
    compile_tests
    mine() { run extract folder; }
    other() {
        java --add-opens=java.base/java.util=ALL-UNNAMED --add-opens=java.base/java.lang=ALL-UNNAMED \
            -cp "$home/target/test-classes:$home/target/classes:$(cat "$work/classpath")" org.tofro.bench.JdbcIoExtract \
            "jdbc:postgresql://127.0.0.1:$source_port/postgres" tofro "even_$rows" id "$work/staging"
    }
    against "extract, against JdbcIO, $rows rows" mine other clear_staging
}

# Three tables of the same rows that differ in their keys.
shapes() {
    even_table "$rows"
    # 90 % of the rows in 1 % of the keys' width.
    table "skewed_$rows" "$rows" \
        "CASE WHEN i % 10 = 0 THEN i::bigint * 1000 ELSE $rows * 500::bigint + i END"
    table "uuid_$rows" "$rows" "md5('k' || i)::uuid"
}

bench_shapes() {
    shapes
    extract_pipeline even "even_$rows" ''
    other() { run even folder; }
    local shape
    for shape in skewed uuid; do
        extract_pipeline $shape "${shape}_$rows" ''
        mine() { run $shape folder; }
        against "extract, $shape against even" mine other clear_staging
    done
}

bench_keys() {
    shapes
    local shape
    for shape in even skewed uuid; do
        source_sql -c "CREATE OR REPLACE VIEW ${shape}_seen_$rows AS SELECT * FROM ${shape}_$rows"
        extract_pipeline "$shape" "${shape}_seen_$rows" ', split_by: id'
    done
    other() { run even folder; }
    for shape in skewed uuid; do
        mine() { run $shape folder; }
        against "by key, $shape against even" mine other clear_staging
    done
    extract_pipeline whole "even_seen_$rows" ', splits: 1'
    mine() { run even folder; }
    other() { run whole folder; }
    against "by key, against one reader" mine other clear_staging
}

bench_scale() {
    local sizes=(1000 2000000 4000000 8000000 16000000) size i times=() start x
    for size in "${sizes[@]}"; do
        even_table "$size"
        extract_pipeline "extract_$size" "even_$size" ''
    done
    for size in "${sizes[@]}"; do
        times=()
        for ((i = 0; i <= runs; i++)); do
            clear_staging
            mine() { run "extract_$size" folder; }
            x=$(seconds mine)
            ((i == 0)) || times+=("$x")
        done
        x=$(median "${times[@]}")
        [[ $size != 1000 ]] || start=$x
        printf 'extract, %8d rows %7.2f s, without the start %5.2f us per row   (%s)\n' "$size" "$x" \
            "$(awk "BEGIN { print ($x - $start) * 1e6 / $size }")" "${times[*]}"
    done
}
