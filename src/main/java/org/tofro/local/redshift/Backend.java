package org.tofro.local.redshift;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL behind one session, spoken to by the extended protocol only. Every message that is sent is noted with who
 * hears its answer, so that the front can put statements of its own between those of the client. After an error
 * PostgreSQL skips everything up to the next Sync, and so does this.
 */
final class Backend implements AutoCloseable {
    /** What a message that was sent makes PostgreSQL answer. */
    enum Step {
        PARSE,
        BIND,
        CLOSE,
        DESCRIBE,
        EXECUTE,
        SYNC
    }

    /** Hears the answers to one message. */
    interface Listener {
        void hear(Message answer) throws IOException;
    }

    /** A wait that ends when PostgreSQL has answered; it may give up. */
    interface Patience {
        void check() throws IOException;
    }

    private record Expected(Step step, Listener listener) {}

    static final Listener NOBODY = answer -> {};
    /** The name of the statements and portals that are the front's own. */
    private static final String OWN = "redshift_front";

    private static final int POLL_MILLIS = 250;

    private final Channel channel;
    private final Listener errors;
    private final Listener asides;
    private final Patience patience;
    private final Deque<Expected> expected = new ArrayDeque<>();
    private boolean failed;
    private char status = 'I';
    private @Nullable Listener intercepted;

    /**
     * @param errors hears every ErrorResponse
     * @param asides hears notices, parameters and what else comes unasked
     */
    Backend(Channel channel, Listener errors, Listener asides, Patience patience) {
        this.channel = channel;
        this.errors = errors;
        this.asides = asides;
        this.patience = patience;
    }

    /** Whether PostgreSQL skips everything up to the next Sync. */
    boolean failed() {
        return failed;
    }

    /** The transaction's status after the last Sync: I, T or E. */
    char status() {
        return status;
    }

    int awaited() {
        return expected.size();
    }

    void send(Message message, Step step, Listener listener) throws IOException {
        if (!failed) {
            channel.write(message);
            expected.add(new Expected(step, listener));
        }
    }

    /** Runs a statement whose answer nobody needs; an error is heard as any other. */
    void run(String sql) throws IOException {
        run(sql, NOBODY);
    }

    private void run(String sql, Listener rows, String... values) throws IOException {
        send(Message.of('C', 'S', OWN), Step.CLOSE, NOBODY);
        send(Message.of('P', OWN, sql, (short) 0), Step.PARSE, NOBODY);
        Object[] bind = new Object[4 + 2 * values.length + 1];
        bind[0] = OWN;
        bind[1] = OWN;
        bind[2] = (short) 0;
        bind[3] = (short) values.length;
        for (int i = 0; i < values.length; i++) {
            byte[] value = values[i].getBytes(StandardCharsets.UTF_8);
            bind[4 + 2 * i] = value.length;
            bind[5 + 2 * i] = value;
        }
        bind[bind.length - 1] = (short) 0;
        send(Message.of('C', 'P', OWN), Step.CLOSE, NOBODY);
        send(Message.of('B', bind), Step.BIND, NOBODY);
        send(Message.of('E', OWN, 0), Step.EXECUTE, rows);
    }

    /** The rows of a query, as text; empty where the transaction has failed. */
    List<List<@Nullable String>> select(String sql, String... values) throws IOException {
        List<List<@Nullable String>> rows = new ArrayList<>();
        run(sql, answer -> row(answer, rows), values);
        settle();
        return failed ? List.of() : rows;
    }

    private static void row(Message answer, List<List<@Nullable String>> rows) {
        if (answer.type() == 'D') {
            rows.add(fields(answer));
        }
    }

    private static List<@Nullable String> fields(Message row) {
        Message.Reader reader = row.reader();
        List<@Nullable String> fields = new ArrayList<>();
        for (int count = reader.int16(); count > 0; count--) {
            int length = reader.int32();
            fields.add(length < 0 ? null : new String(reader.bytes(length), StandardCharsets.UTF_8));
        }
        return fields;
    }

    /** Takes the rows of a query one by one. */
    interface RowReader {
        void columns(List<String> names) throws IOException;

        void row(List<@Nullable String> fields) throws IOException;
    }

    /** Runs a query and hands over its rows while they come. */
    void read(String sql, RowReader rows) throws IOException {
        send(Message.of('C', 'S', OWN), Step.CLOSE, NOBODY);
        send(Message.of('P', OWN, sql, (short) 0), Step.PARSE, NOBODY);
        send(Message.of('D', 'S', OWN), Step.DESCRIBE, answer -> {
            if (answer.type() == 'T') {
                rows.columns(names(answer));
            }
        });
        send(Message.of('C', 'P', OWN), Step.CLOSE, NOBODY);
        send(Message.of('B', OWN, OWN, (short) 0, (short) 0, (short) 0), Step.BIND, NOBODY);
        send(Message.of('E', OWN, 0), Step.EXECUTE, answer -> {
            if (answer.type() == 'D') {
                rows.row(fields(answer));
            }
        });
        settle();
    }

    private static List<String> names(Message description) {
        Message.Reader reader = description.reader();
        List<String> names = new ArrayList<>();
        for (int count = reader.int16(); count > 0; count--) {
            names.add(reader.text());
            reader.bytes(18);
        }
        return names;
    }

    /** Makes PostgreSQL itself fail, so that the transaction ends as after any error. */
    void raise(RedshiftException error) throws IOException {
        run("SELECT redshift_front.raise($1, $2, $3)", NOBODY, error.code(), error.message(), error.detail());
    }

    /** Has everything answered that was sent, without ending an implicit transaction. */
    void settle() throws IOException {
        if (!expected.isEmpty()) {
            channel.write(Message.of('H'));
            listen();
        }
    }

    /** Sends Sync and hears everything out. */
    void sync() throws IOException {
        failed = false;
        channel.write(Message.of('S'));
        expected.add(new Expected(Step.SYNC, NOBODY));
        listen();
    }

    private void listen() throws IOException {
        channel.flush();
        while (!expected.isEmpty()) {
            hear(next());
        }
    }

    private Message next() throws IOException {
        while (!channel.await(POLL_MILLIS)) {
            patience.check();
        }
        return channel.read();
    }

    /** Passes on what PostgreSQL says unasked while the client is silent, such as that it was told to end. */
    void hearAsides() throws IOException {
        while (channel.await(1)) {
            hear(channel.read());
        }
    }

    private void hear(Message message) throws IOException {
        switch (message.type()) {
            case 'N', 'S', 'A' -> asides.hear(message);
            case 'E' -> {
                failed = true;
                while (!expected.isEmpty() && expected.peek().step() != Step.SYNC) {
                    expected.poll();
                }
                Listener hearer = intercepted == null ? errors : intercepted;
                hearer.hear(message);
            }
            default -> {
                Expected head = expected.peek();
                if (head == null) {
                    throw new IOException("PostgreSQL answered what it was not asked: " + message.type());
                }
                if (ends(head.step(), message.type())) {
                    expected.poll();
                }
                if (head.step() == Step.SYNC) {
                    status = (char) message.body()[0];
                    failed = false;
                }
                head.listener().hear(message);
            }
        }
    }

    private static boolean ends(Step step, char answer) {
        return switch (step) {
            case PARSE, BIND, CLOSE, SYNC -> true;
            case DESCRIBE -> answer == 'T' || answer == 'n';
            case EXECUTE -> answer == 'C' || answer == 'I' || answer == 's';
        };
    }

    /** What feeds a COPY FROM STDIN. */
    interface Feed {
        /** Writes rows to the sink until there are no more or PostgreSQL has failed. */
        void feed(RowSink sink) throws IOException, RedshiftException;
    }

    /** Takes rows in PostgreSQL's text format. */
    interface RowSink {
        /** Takes some whole rows; false where PostgreSQL has refused an earlier one. */
        boolean write(byte[] rows, int length) throws IOException;
    }

    /**
     * Runs COPY ... FROM STDIN inside of whatever is under way.
     *
     * @return the number of rows that PostgreSQL says it took
     * @throws RedshiftException what the feed threw; the transaction has failed then and the client has not heard of it
     * @throws CopyRefused where PostgreSQL refused a row; the client has not heard of it
     */
    long copyIn(String sql, Feed feed) throws IOException, RedshiftException, CopyRefused {
        settle();
        if (failed) {
            return 0;
        }
        long[] count = {-1};
        boolean[] started = {false};
        Message[] refusal = {null};
        intercepted = message -> refusal[0] = message;
        try {
            run(sql, answer -> {
                started[0] |= answer.type() == 'G';
                if (answer.type() == 'C') {
                    String tag = answer.reader().text();
                    count[0] = Long.parseLong(tag.substring(tag.lastIndexOf(' ') + 1));
                }
            });
            channel.write(Message.of('H'));
            channel.flush();
            while (!started[0] && !failed) {
                hear(next());
            }
            if (!failed) {
                try {
                    feed.feed((rows, length) -> {
                        channel.write('d', rows, 0, length);
                        while (!failed && channel.hasInput()) {
                            hear(channel.read());
                        }
                        return !failed;
                    });
                } catch (RedshiftException e) {
                    if (!failed) {
                        channel.write(Message.of('f', "the feed failed"));
                        settleCopy();
                        throw e;
                    }
                }
                if (!failed) {
                    channel.write(Message.of('c'));
                    settleCopy();
                }
            }
        } finally {
            intercepted = null;
        }
        if (refusal[0] != null) {
            throw new CopyRefused(refusal[0].fields());
        }
        return count[0];
    }

    private void settleCopy() throws IOException {
        channel.write(Message.of('H'));
        listen();
    }

    /** PostgreSQL refused a row of a COPY. */
    static final class CopyRefused extends Exception {
        private static final long serialVersionUID = 1L;

        @SuppressWarnings("serial")
        private final Map<Character, String> fields;

        CopyRefused(Map<Character, String> fields) {
            super(fields.get('M'), null, false, false);
            this.fields = fields;
        }

        Map<Character, String> fields() {
            return fields;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
