# Event logs.

# Both have two threads and eight files; the plain program neither checks nor counts.
bench_eventlog() {
    local log=$work/events-$rows
    compile_tests
    plain() {
        test_class -Xmx512m PlainEventLog "$@"
    }
    if [[ ! -d $log ]]; then
        echo "bench: making $log" >&2
        plain generate "$log.making" "$rows" 8
        mv "$log.making" "$log"
    fi
    event_log() { # name, more fields
        pipeline "$1" <<EOF
- type: extract-from-event-log
  path: file:$log/*.json.gz
  settle: 0 s
  fields:
  - {name: event_id, type: varchar(40)}
  - {name: seen, type: timestamp}
  - {name: kind, type: varchar(20)}
  - {name: user_id, pointer: /user/id, type: bigint}
  - {name: course_id, type: integer}
  - {name: amount, type: "decimal(6,2)"}
  - {name: note, type: varchar(200)}
  - {name: context, type: varchar(1000)}
$2
EOF
    }
    event_log events ''
    event_log distinct '  unique_by: event_id'
    mine() { run events folder; }
    other() { plain read "$log" "$work/staging"; }
    against "event log, $rows rows" mine other clear_staging
    mine() { run distinct folder; }
    against "event log by unique_by, $rows rows" mine other clear_staging
}
