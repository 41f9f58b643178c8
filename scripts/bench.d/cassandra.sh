# Cassandra, read and written.

# The step that stages the rows of a file that BatchedLoad has made.
stage_rows() {
    cat <<END
- type: extract-from-local
  name: stage
  path: $1
  format: csv
  columns:
  - {name: account, type: bigint}
  - {name: seen, type: timestamptz}
  - {name: hash, type: varchar(40)}
  - {name: amount, type: "decimal(10,2)"}
  - {name: flag, type: boolean}
END
}

bench_cassandra() {
    with_cassandra cassandra
    compile_tests
    test_class -Xmx1g CassandraRows \
        "$cassandra_port" tofro "even_$rows" "$rows"
    pipeline unload <<EOF
- {type: extract-from-cassandra, connection: bench_cassandra, keyspace: bench, table: even_$rows,
   columns: [{name: id}, {name: account}, {name: code}, {name: hash}, {name: seen}, {name: amount, type: "decimal(10,2)"},
     {name: note}, {name: flag}]}
EOF
    mine() { run unload cassandra; }
    other() {
        dsbulk unload -k bench -t "even_$rows" -h 127.0.0.1 -port "$cassandra_port" -dc datacenter1 -u tofro -p "$PGPASSWORD" \
            -url "$work/staging" -logDir "$work/dsbulk/logs" --log.verbosity quiet
    }
    against "cassandra, $rows rows" mine other clear_staging
}

bench_kvload() {
    with_cassandra kvload_runner
    local file=$work/kvload-$rows.csv i what x m
    compile_tests
    batched() {
        test_class -Xmx512m BatchedLoad "$1" "$cassandra_port" tofro kvload "$file" "$rows"
    }
    batched make 2>/dev/null
    pipeline kvload <<END
$(stage_rows "$file")
- type: load-into-cassandra
  name: load
  connection: bench_cassandra
  keyspace: bench
  table: kvload
END
    mine() { run kvload kvload_runner; }
    plain() { batched load; }
    bulk() {
        dsbulk load -k bench -t kvload -h 127.0.0.1 -port "$cassandra_port" -dc datacenter1 -u tofro -p "$PGPASSWORD" \
            -url "$file" -header false -m 'account,seen,hash,amount,flag' -cl LOCAL_QUORUM -logDir "$work/dsbulk/logs" \
            --log.verbosity quiet
    }
    beam() { cassandra_io "$cassandra_port" tofro bench "$file"; }
    # The seconds of the load by the rate that the run tells on its way.
    load_seconds() {
        sed -n 's/^load: succeeded, [0-9,]* rows, \([0-9,]*\) rows.*/\1/p' "$work/err" | tr -d , |
            awk -v rows="$rows" '{ printf "%.2f\n", rows / $1 }'
    }
    local whole_mine=() whole_plain=() whole_bulk=() whole_beam=() phase_mine=() phase_plain=() phase_beam=()
    for ((i = 0; i <= runs; i++)); do
        for what in mine plain bulk beam; do
            # An empty table, and a server that is done with the one before.
            batched make 2>/dev/null
            clear_staging
            sleep 3
            x=$(seconds $what)
            ((i > 0)) || continue
            case $what in
                mine) whole_mine+=("$x") phase_mine+=("$(load_seconds)") ;;
                plain) whole_plain+=("$x") phase_plain+=("$(tail -n 1 "$work/out")") ;;
                bulk) whole_bulk+=("$x") ;;
                beam) whole_beam+=("$x") phase_beam+=("$(tail -n 1 "$work/out")") ;;
            esac
        done
    done
    compare() { # what, seconds of Tofro, of the other, all of both
        printf '%-34s %7.2f %7.2f  ratio %s   (%s)\n' "$1" "$2" "$3" "$(awk "BEGIN { printf \"%.2f\", $2 / $3 }")" "$4"
    }
    m=$(median "${phase_mine[@]}")
    compare "load phase | DSBulk, whole" "$m" "$(median "${whole_bulk[@]}")" "${phase_mine[*]} | ${whole_bulk[*]}"
    compare "the same | CassandraIO's pipeline" "$m" "$(median "${phase_beam[@]}")" "${phase_mine[*]} | ${phase_beam[*]}"
    compare "the same | the loop's load" "$m" "$(median "${phase_plain[@]}")" "${phase_mine[*]} | ${phase_plain[*]}"
    m=$(median "${whole_mine[@]}")
    compare "staging too, whole | DSBulk" "$m" "$(median "${whole_bulk[@]}")" "${whole_mine[*]} | ${whole_bulk[*]}"
    compare "the same | CassandraIO" "$m" "$(median "${whole_beam[@]}")" "${whole_mine[*]} | ${whole_beam[*]}"
    compare "the same | the loop" "$m" "$(median "${whole_plain[@]}")" "${whole_mine[*]} | ${whole_plain[*]}"
}

bench_sstable() {
    with_cassandra cassandra
    local server=$home/.tofro/cassandra/bench_cassandra/server.pid
    local process port i method
    { read -r process && read -r port; } <"$server"
    compile_tests
    rm -f "$work"/sstable-*
    for ((i = 0; i <= runs; i++)); do
        for method in sstable cql plain; do
            test_class -Xmx512m BulkWrite "$port" "$process" "$method" "$rows" \
                "$(echo "$home"/.tofro/cassandra/class-path-*.txt)" 2>"$work/err" | tail -n 1 >"$work/line" ||
                { cat "$work/err" >&2 && exit 1; }
            if ((i > 0)); then
                cat "$work/line" >>"$work/sstable-$method"
            fi
        done
    done
    echo "$rows rows            time  server's CPU  own CPU  server's CPU after  SSTables  server's CPU of compaction"
    for method in sstable cql plain; do
        printf '%-16s %8.2f %13.2f %8.2f %19.2f %9d %27.2f\n' "$method" \
            "$(column_median "$work/sstable-$method" 1)" "$(column_median "$work/sstable-$method" 2)" \
            "$(column_median "$work/sstable-$method" 3)" "$(column_median "$work/sstable-$method" 4)" \
            "$(column_median "$work/sstable-$method" 5)" "$(column_median "$work/sstable-$method" 6)"
    done
}
