# Times of whole processes, and what is said of them.

# Seconds of a command as a whole process; it must succeed.
seconds() {
    local begun ended
    begun=$(date +%s%N)
    "$@" >"$work/out" 2>"$work/err" || { cat "$work/out" "$work/err" >&2 && exit 1; }
    ended=$(date +%s%N)
    awk "BEGIN { printf \"%.2f\\n\", ($ended - $begun) / 1e9 }"
}

median() { printf '%s\n' "$@" | sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

# Two commands in turn, after a run of each that does not count: what, mine, other, and what to do before each.
against() {
    local what=$1 mine=$2 other=$3 before=${4:-:} a=() b=() i
    for ((i = 0; i <= runs; i++)); do
        $before
        local x
        x=$(seconds "$mine")
        $before
        local y
        y=$(seconds "$other")
        if ((i > 0)); then
            a+=("$x") b+=("$y")
        fi
    done
    local x y
    x=$(median "${a[@]}") y=$(median "${b[@]}")
    printf '%-34s %7.2f %7.2f  ratio %s   (%s | %s)\n' "$what" "$x" "$y" \
        "$(awk "BEGIN { printf \"%.2f\", $x / $y }")" "${a[*]}" "${b[*]}"
}

# What the reports of the last runs of a pipeline of one step say that the step took, without the start of the process.
step_alone() {
    local run all=()
    for run in $(tofro history "$2" --runner "$work/s3.yaml" --last "$runs" 2>/dev/null | awk 'NR > 1 { print $1 }'); do
        all+=("$(tofro show "$run" --runner "$work/s3.yaml" --output json 2>/dev/null \
            | awk -F'[:,]' '/"millis"/ { printf "%.2f", $2 / 1000; exit }')")
    done
    printf '%-34s %7.2f   (%s)\n' "$1, the step alone" "$(median "${all[@]}")" "${all[*]}"
}

run() { tofro run "$work/$1.yaml" --runner "$work/$2.yaml"; }
clear_staging() { rm -rf "$work/staging"; }

copy_and_compress() { source_sql -c "COPY $1 TO STDOUT (FORMAT csv)" | zstd -1 -q -f -o "$work/psql.csv.zst"; }

# The median of a column of a file.
column_median() {
    local values
    mapfile -t values < <(awk -v c="$2" '{ print $c }' "$1")
    median "${values[@]}"
}
