# The step of a run on EMR's primary machine: starts Flink's application on YARN, and stays until it has ended, because
# `flink run-application` returns as soon as it was taken, and a cluster without steps is ended by EMR.
# $1 the jar on S3, $2 seconds that it may take, then options of flink, --, and the arguments of Tofro.
jar=$1; limit=$2; shift 2
options=()
while [ "$1" != -- ]; do options+=("$1"); shift; done
shift
cluster=$(sed -n 's/.*"jobFlowId" *: *"\(j-[A-Z0-9]*\)".*/\1/p' "${TOFRO_INFO:-/mnt/var/lib/info/job-flow.json}" 2>/dev/null)
options+=("-Dcontainerized.master.env.TOFRO_EMR_CLUSTER=$cluster" "-Dcontainerized.taskmanager.env.TOFRO_EMR_CLUSTER=$cluster")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
aws s3 cp --only-show-errors "$jar" "$folder/tofro.jar" || { echo "tofro: $jar cannot be fetched" >&2; exit 3; }
# What follows it below may look at it first.
: >"$folder/out"
# Flink's client may wait long for room: meanwhile the step can be cancelled as later, and its time can run out.
flink run-application -t yarn-application "${options[@]}" -c org.tofro.cli.Main "$folder/tofro.jar" "$@" >"$folder/out" 2>&1 &
client=$!
tail -n +1 -f --pid="$client" "$folder/out" &
shown=$!
until=$((SECONDS + limit))
cancelled=
trap 'cancelled=yes' TERM INT
pause() { sleep "${TOFRO_LOOK:-10}" & wait $!; }
started() { id=$(grep -o 'application_[0-9]*_[0-9]*' "$folder/out" | head -n 1); [ -n "$id" ]; }
unstarted() { wait "$shown"; echo "tofro: Flink has not started the application" >&2; exit 4; }
end() { echo "tofro: ends $id: $1" >&2; yarn application -kill "$id" >&2; kill "$client" 2>/dev/null; exit "$2"; }
while kill -0 "$client" 2>/dev/null && ! started; do
    [ "$SECONDS" -lt "$until" ] || kill "$client"
    pause
done
started || unstarted
echo "tofro: $id is at work"
trap 'end "the step was cancelled" 143' TERM INT
[ -z "$cancelled" ] || end "the step was cancelled" 143
while :; do
    status=$(yarn application -status "$id" 2>/dev/null)
    state=$(sed -n 's/^[[:space:]]*State : *//p' <<<"$status")
    final=$(sed -n 's/^[[:space:]]*Final-State : *//p' <<<"$status")
    case $state in FINISHED | FAILED | KILLED) break ;; esac
    [ -n "$state" ] || kill -0 "$client" 2>/dev/null || wait "$client" || unstarted
    [ "$SECONDS" -lt "$until" ] || end "it has taken longer than $limit seconds" 124
    pause
done
echo "tofro: $id has ended: $final"
[ "$final" = SUCCEEDED ]
