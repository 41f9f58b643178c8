# Flink, embedded and as a cluster, against the direct runner.

# One worker's process, told to stay on a core or to come back to all.
pin() { taskset -a -p -c "$2" "$(head -n 1 "$home/.tofro/flink/$1/server.pid")" >/dev/null; }

bench_flink() {
    even_table "$rows"
    [[ -f $home/target/tofro-cluster.jar ]] || (cd "$home" && mvn -q -B -Pcluster package) >&2
    sed 's/^runner: direct/runner: flink/' "$work/s3.yaml" >"$work/embedded.yaml"
    sed 's/^runner: direct/runner: flink\nflink: {stand_in: true}/' "$work/s3.yaml" >"$work/cluster.yaml"
    pipeline publish <<EOF
- {type: extract-from-rds, hostname: bench, database: postgres, table: even_$rows}
- {type: load-into-staging-table, table: bench_staging.even_$rows}
- {type: reload-prod-table, source: bench_staging.even_$rows, destination: bench_prod.even_$rows}
EOF
    pipeline tiny <<EOF
- {type: extract-from-rds, hostname: bench, database: postgres, sql: SELECT * FROM even_$rows WHERE id <= 1000}
- {type: load-into-staging-table, table: bench_staging.tiny}
- {type: reload-prod-table, source: bench_staging.tiny, destination: bench_prod.tiny}
EOF
    vacuum() {
        warehouse_sql -c "VACUUM bench_staging.even_$rows" -c "VACUUM bench_prod.even_$rows" 2>/dev/null || true
    }
    direct() { run "$piped" s3; }
    embedded() { run "$piped" embedded; }
    cluster() { run "$piped" cluster; }
    local piped
    for piped in tiny publish; do
        against "$piped, embedded Flink, direct" embedded direct vacuum
        against "$piped, a Flink cluster, direct" cluster direct vacuum
    done
    # What one worker does with one core, and two with one each; the source and the launcher take what they need beside it.
    local n
    for n in 1 2 3 4; do
        echo "- {type: extract-from-rds, name: extract-$n, hostname: bench, database: postgres, table: even_$rows, splits: 1}"
    done | pipeline four
    pin taskmanager-1 0
    pin taskmanager-2 1
    # With one subtask all steps are on one worker.
    sed 's/^flink: {stand_in: true}/flink: {stand_in: true, parallelism: 1}/' "$work/cluster.yaml" >"$work/one.yaml"
    sed 's/^flink: {stand_in: true}/flink: {stand_in: true, parallelism: 2}/' "$work/cluster.yaml" >"$work/two.yaml"
    one() { run four one; }
    two() { run four two; }
    against "four extracts, 2 workers, 1 worker" two one
    pin taskmanager-1 0-1
    pin taskmanager-2 0-1
}
