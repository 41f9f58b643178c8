# Flink, embedded and as a cluster, against the direct runner.

# One worker's process, told to stay on a core or to come back to all.
pin() { taskset -a -p -c "$2" "$(head -n 1 "$home/.tofro/flink/$1/server.pid")" >/dev/null; }

cluster_jar() {
    [[ -f $home/target/tofro-cluster.jar ]] || (cd "$home" && mvn -q -B -Pcluster package) >&2
}

bench_flink() {
    even_table "$rows"
    cluster_jar
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

# A worker of the cluster begun again with a heap of so many MiB and so many slots; its peak of memory begins again too.
again() { # name, heap, slots
    local folder=$home/.tofro/flink/$1 pid classes command i
    pid=$(head -n 1 "$folder/server.pid")
    if [[ -d /proc/$pid ]]; then
        tr '\0' '\n' <"/proc/$pid/cmdline" >"$work/$1.command"
        tr '\0' '\n' <"/proc/$pid/environ" | sed -n 's/^CLASSPATH=//p' >"$work/$1.classes"
        kill "$pid"
        while [[ -d /proc/$pid ]]; do sleep 0.1; done
    fi
    mapfile -t command <"$work/$1.command"
    for i in "${!command[@]}"; do
        case ${command[i]} in -Xmx*) command[i]=-Xmx${2}m ;; esac
    done
    sed -i "s/^taskmanager.numberOfTaskSlots: .*/taskmanager.numberOfTaskSlots: $3/" "$folder/config.yaml"
    classes=$(<"$work/$1.classes")
    (cd "$folder" && CLASSPATH=$classes exec setsid "${command[@]}" </dev/null >server.log 2>&1) &
    printf '%s\n%s\n' "$!" "$(tail -n 1 "$folder/server.pid")" >"$folder/server.pid"
}

# The most memory, in MiB, that the process of a worker has had; nothing where it has ended.
worker_peak() {
    awk '/VmHWM/ { print int($2 / 1024) }' "/proc/$(head -n 1 "$home/.tofro/flink/$1/server.pid")/status" 2>/dev/null || true
}

# Until the cluster has so many slots.
await_slots() {
    until curl -s "http://$(tofro stack status 2>/dev/null | awk '$(NF-3) == "flink" { print $(NF-2) }')/overview" |
        grep -q "\"slots-total\":$1,"; do sleep 0.5; done
}

# Seconds of a run, or `fails`.
tried() {
    local begun
    begun=$(date +%s%N)
    if run "$1" "$2" >"$work/out" 2>"$work/err"; then
        awk "BEGIN { printf \"%.1f\", ($(date +%s%N) - $begun) / 1e9 }"
    else
        printf fails
    fi
}

# Heaps and slots of workers: N extracts at once on one worker; four on two workers of one, two and four slots.
bench_flinksettings() {
    even_table "$rows"
    cluster_jar
    local n heap slots parallelism time
    for n in 1 4 8; do
        for ((i = 1; i <= n; i++)); do
            echo "- {type: extract-from-rds, name: extract-$i, hostname: bench, database: postgres, table: even_$rows, splits: 2}"
        done | pipeline "extracts$n"
    done
    for parallelism in 1 2 4 8; do
        # A worker that runs out of memory ends, and the run is to say so, rather than wait for another.
        sed "s/^runner: direct/runner: flink\\nflink: {stand_in: true, parallelism: $parallelism, restarts: 0}/" \
            "$work/s3.yaml" >"$work/parallel$parallelism.yaml"
    done
    run extracts1 parallel1 >/dev/null 2>&1
    printf '%-34s %8s %8s\n' "extracts on one worker, its heap" seconds "peak MiB"
    for n in 1 4 8; do
        for heap in 640 256 128 96 64; do
            again taskmanager-1 "$heap" 1
            again taskmanager-2 "$heap" 1
            await_slots 2
            time=$(tried "extracts$n" parallel1)
            printf '%-34s %8s %8s\n' "$n, -Xmx${heap}m" "$time" \
                "$(printf '%s\n' "$(worker_peak taskmanager-1)" "$(worker_peak taskmanager-2)" | sort -n | tail -n 1)"
            [[ $time != fails ]] || break
        done
    done
    printf '%-34s %8s\n' "four extracts, slots per worker" seconds
    for slots in 1 2 4; do
        again taskmanager-1 640 "$slots"
        again taskmanager-2 640 "$slots"
        await_slots "$((2 * slots))"
        tried extracts4 "parallel$((2 * slots))" >/dev/null
        for ((i = 1; i <= runs; i++)); do
            tried extracts4 "parallel$((2 * slots))"
            echo
        done >"$work/slots"
        printf '%-34s %8s   (%s)\n' "$slots" "$(column_median "$work/slots" 1)" "$(paste -s -d ' ' "$work/slots")"
    done
    again taskmanager-1 640 2
    again taskmanager-2 640 2
}
