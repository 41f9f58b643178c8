package org.tofro.local;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What commands and the daemon say to each other: one JSON object per line, a request answered by replies up to the last. */
final class Wire {
    private Wire() {}

    enum Operation {
        STATUS,
        SERVE,
        /** Stop, but leave the servers that are processes to the next daemon; refused while another command needs this one. */
        HAND_OVER,
        DOWN
    }

    /** What {@code daemon.json} holds. */
    record Daemon(long pid, int port, String token, String build) {}

    record Request(
            String token,
            Operation operation,
            Lease client,
            @Nullable List<Wanted> wanted) {}

    /** The process on whose behalf a command asks: the daemon stays as long as it lives. */
    record Lease(long pid, long startMillis) {
        static Lease ofThisProcess() {
            ProcessHandle self = ProcessHandle.current();
            return new Lease(self.pid(), startMillis(self));
        }

        boolean isAlive() {
            return ProcessHandle.of(pid)
                    .filter(process -> Subprocess.isAlive(process) && startMillis(process) == startMillis)
                    .isPresent();
        }

        private static long startMillis(ProcessHandle process) {
            return process.info()
                    .startInstant()
                    .map(java.time.Instant::toEpochMilli)
                    .orElse(0L);
        }
    }

    /**
     * A stand-in that a command needs.
     *
     * @param seed the seed's folder, for RDS, S3 and Cassandra
     * @param database the warehouse's database
     * @param buckets for S3
     */
    record Wanted(
            String connection,
            Kind kind,
            @Nullable String seed,
            @Nullable String database,
            @Nullable List<String> buckets) {}

    enum Kind {
        POSTGRES("postgres"),
        MYSQL("mysql"),
        S3("s3"),
        REDSHIFT("redshift"),
        CASSANDRA("cassandra"),
        FLINK("flink");

        final String type;

        Kind(String type) {
            this.type = type;
        }
    }

    record Address(String host, int port, String user, String password) {}

    /**
     * One line of {@code tofro stack status}.
     *
     * @param pid the server's process
     */
    record State(String connection, String type, String address, long pid, String folder) {}

    /**
     * An answer: progress comes first, any number of times; a reply with {@code last} ends it.
     *
     * @param error one sentence for the user
     */
    record Reply(
            @Nullable String progress,
            boolean last,
            @Nullable String error,
            @Nullable Map<String, Address> addresses,
            @Nullable List<State> states) {
        static Reply progress(String line) {
            return new Reply(line, false, null, null, null);
        }

        static Reply error(String sentence) {
            return new Reply(null, true, sentence, null, null);
        }

        static Reply done() {
            return new Reply(null, true, null, null, null);
        }

        static Reply addresses(Map<String, Address> addresses) {
            return new Reply(null, true, null, addresses, null);
        }

        static Reply states(List<State> states) {
            return new Reply(null, true, null, null, states);
        }
    }
}
