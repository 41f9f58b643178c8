# The key-value store.

bench_kvsserve() {
    with_cassandra cassandra
    local keys=$((rows > 1000000 ? 1000000 : rows)) server address
    compile_tests
    load() {
        test_class -Xmx1g KvsServeLoad \
            "$cassandra_port" tofro "$keys" 500 20 "$runs" "$@"
    }
    load
    "$home/scripts/tofro" kvs serve --port 0 --runner "$work/cassandra.yaml" >"$work/serve" &
    server=$!
    until grep -q http "$work/serve"; do
        kill -0 "$server" && sleep 0.2
    done
    address=$(sed -n 's/.*\(http:[^ ]*[0-9]\).*/\1/p' "$work/serve")
    load "$address"
    kill "$server"
    wait "$server" || true
}

# Loads a job again and again, and takes from the reports what the one compare-and-set took each time.
bench_kvsflip() {
    with_cassandra kvsflip_runner
    compile_tests
    local keys file i name all
    for keys in 1000 "$rows"; do
        file=$work/kvload-$keys.csv name=kvsflip_$keys all=()
        test_class -Xmx512m BatchedLoad make "$cassandra_port" tofro kvload "$file" "$keys" 2>/dev/null
        pipeline "$name" <<END
$(stage_rows "$file")
- type: materialize-kvs
  name: materialize
  job_name: flip_$keys
  keyspace: bench_kvs
  cassandra: bench_cassandra
  index_column: hash
  keep_versions: 2
  fields:
  - {files: stage}
END
        for ((i = 0; i <= runs; i++)); do
            clear_staging
            seconds run "$name" kvsflip_runner >/dev/null
            all+=("$(tofro show "$(tofro history "$name" --runner "$work/s3.yaml" --last 1 2>/dev/null | awk 'NR == 2 { print $1 }')" \
                --runner "$work/s3.yaml" --output json 2>/dev/null | sed -n 's/.*by one compare-and-set, in \([0-9]*\) ms.*/\1/p')")
        done
        all=("${all[@]:1}")
        printf '%-34s %7.0f ms   (%s)\n' "flip, $keys keys" "$(median "${all[@]}")" "${all[*]}"
    done
}
