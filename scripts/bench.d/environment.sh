# The environment: a source of its own, the stand-in warehouse, staged files in a folder or on S3's stand-in.

mkdir -p "$work"
export TOFRO_JAVA_OPTS=${TOFRO_JAVA_OPTS:--Xmx512m}

environment() {
    cat >"$work/$1.yaml" <<EOF
runner: direct
staging_area: $2
state_area: s3://tofro-state/bench/
connections:
  bench: {type: postgres, stand_in: true}
  redshift: {type: redshift, stand_in: true}
  s3: {type: s3, stand_in: true}
EOF
}
environment folder "file:$work/staging"
environment s3 s3://tofro-staging/bench/

tofro() { "$home/scripts/tofro" "$@"; }

tofro stack up --runner "$work/s3.yaml" >/dev/null
PGPASSWORD=$(cat "$home/.tofro/stack/password")
export PGPASSWORD PGOPTIONS=--client-min-messages=warning
source_port=$(tofro stack status 2>/dev/null | awk '$1 == "bench" { sub(/.*:/, "", $3); print $3 }')
# The server behind the front: what psql does there costs no translation.
warehouse_port=$(sed -n 4p "$home/.tofro/redshift/redshift/data/postmaster.pid")

source_sql() { psql -X -q -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$source_port" -U tofro postgres "$@"; }
warehouse_sql() { psql -X -q -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$warehouse_port" -U tofro dev "$@"; }

# A table of the source, made once: name, rows, the expression of its key.
table() {
    if [[ $(source_sql -Atc "SELECT to_regclass('$1') IS NULL") == t ]]; then
        echo "bench: making $1" >&2
        source_sql -c "
            CREATE TABLE $1 AS
            SELECT $3 AS id, (i::bigint * 7919 % 1000003)::bigint AS account, (i % 1000)::int AS code,
                   md5(i::text) AS hash, timestamp '2020-01-01' + i * interval '1 second' AS seen,
                   (i % 1000000 / 100.0)::numeric(6,2) AS amount,
                   CASE WHEN i % 5 = 0 THEN NULL ELSE 'note, ' || i || ', with commas' END AS note, i % 2 = 0 AS flag
            FROM generate_series(1, $2) i" -c "ALTER TABLE $1 ADD PRIMARY KEY (id)"
    fi
    # Also sets hint bits and the visibility map, which the first reader would pay for.
    source_sql -c "VACUUM (ANALYZE) $1"
}

even_table() { table "even_$1" "$1" 'i::bigint'; }

pipeline() {
    printf 'steps:\n' >"$work/$1.yaml"
    cat >>"$work/$1.yaml"
}

extract_pipeline() { # name, table, more fields
    pipeline "$1" <<EOF
- {type: extract-from-rds, hostname: bench, database: postgres, table: $2$3}
EOF
}

# Cassandra too, in a runner file of that name; sets $cassandra_port.
with_cassandra() {
    sed 's/^connections:$/&\n  bench_cassandra: {type: cassandra, stand_in: true}/' "$work/folder.yaml" >"$work/$1.yaml"
    tofro stack up --runner "$work/$1.yaml" >/dev/null
    cassandra_port=$(tofro stack status 2>/dev/null | awk '$1 == "bench_cassandra" { sub(/.*:/, "", $3); print $3 }')
}
