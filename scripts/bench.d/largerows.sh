# What the direct runner holds where rows travel through a graph, for org.tofro.run.LargeRows.

# The most that a process has alive on its heap, in bytes: each look at it makes the JVM drop what is not.
most_alive() {
    local most=0 now
    while kill -0 "$1" 2>/dev/null; do
        now=$(jcmd "$1" GC.class_histogram 2>/dev/null | awk '$1 == "Total" { print $3 }')
        ((${now:-0} > most)) && most=$now
        sleep 0.5
    done
    echo "$most"
}

# Shape, a query of the source, and the columns that it gives as a transform has to name them.
alive_of() {
    local run alive empty=${nothing:-0}
    clear_staging
    {
        printf -- '- {type: extract-from-rds, name: rows, hostname: bench, database: postgres, sql: "%s"}\n' "$2"
        printf -- '- {type: transform, name: same, class: org.tofro.bench.SameRows, input_columns: [%s], columns: [%s]}\n' "$3" "$3"
    } | pipeline alive
    sed 's/^runner: direct/&\nflink: {large_rows: false}/' "$work/folder.yaml" >"$work/alive-runner.yaml"
    TOFRO_JAVA_OPTS=-Xmx8g TOFRO_CLASSPATH=$home/target/test-classes \
        "$home/scripts/tofro" run "$work/alive.yaml" --runner "$work/alive-runner.yaml" >"$work/out" 2>"$work/err" &
    alive=$(most_alive $!)
    wait $! || { cat "$work/out" "$work/err" >&2 && exit 1; }
    nothing=${nothing:-$alive}
    run=$(sed -n 's/^run //p' "$work/err" | head -n 1)
    tofro show "$run" --runner "$work/alive-runner.yaml" --output json 2>/dev/null | tr -d ' ' | tr ',{' '\n\n' \
        | awk -F : -v what="$1" -v alive="$alive" -v empty="$empty" '
            $1 == "\"rowsOut\"" && !rows { rows = $2 }
            $1 == "\"bytes\"" && !bytes { bytes = $2 }
            END { printf "%-34s %9d rows, %7.1f bytes staged and %6.0f on the heap for each; ratio %.0f\n",
                what, rows, bytes / rows, (alive - empty) / rows, (alive - empty) / bytes }'
}

bench_largerows() {
    compile_tests
    local n="generate_series(1, $rows) AS i" nothing='' ten='' names='' c
    alive_of "nothing" "SELECT 1 AS a" "{name: a, type: integer}"
    alive_of "one integer" "SELECT i AS a FROM $n" "{name: a, type: integer}"
    for c in a b c d e f g h i j; do
        ten+="${ten:+, }(i::bigint * 7919 % 1000003 + ascii('$c'))::bigint AS $c" names+="${names:+, }{name: $c, type: bigint}"
    done
    alive_of "ten integers" "SELECT $ten FROM $n" "$names"
    ten='' names=''
    for c in a b c d e f g h i j; do
        ten+="${ten:+, }(i % 1000 + 0.25)::numeric(18,2) AS $c" names+="${names:+, }{name: $c, type: \"decimal(18,2)\"}"
    done
    alive_of "ten decimals" "SELECT $ten FROM $n" "$names"
    alive_of "a timestamp, a date, a time" \
        "SELECT timestamp '2020-01-01' + i * interval '1 second' AS a, date '2020-01-01' + i % 1000 AS b, time '00:00' + i * interval '1 second' AS c FROM $n" \
        "{name: a, type: timestamp}, {name: b, type: date}, {name: c, type: time}"
    alive_of "64 characters that do not compress" "SELECT md5(i::text) || md5((i + 7)::text) AS a FROM $n" \
        "{name: a, type: varchar(64)}"
    alive_of "ten texts alike" "SELECT $(for c in a b c d e f g h i j; do
        printf "%s'the same words again and again ' || i %% 100 AS %s" "${sep:-}" "$c" && sep=', '
    done) FROM $n" "$(for c in a b c d e f g h i j; do
        printf '%s{name: %s, type: varchar(200)}' "${sep:-}" "$c" && sep=', '
    done)"
}
