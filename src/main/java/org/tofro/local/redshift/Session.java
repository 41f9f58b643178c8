package org.tofro.local.redshift;

import java.io.EOFException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a client: takes its messages one by one, has {@link Translator} say what PostgreSQL is to run, and
 * passes the answers back. A simple query is run by the extended protocol, statement by statement, so that there is one
 * path for both.
 */
final class Session {
    private static final int POLL_MILLIS = 500;
    /** So many messages may wait for their answers before the front reads some. */
    private static final int PIPELINE = 512;

    /** Hears what PostgreSQL says when a connection opens. */
    interface Greeting {
        void pass(Message message) throws IOException;
    }

    /** A statement that the client has prepared; null where it is empty. */
    private record Prepared(@Nullable Translation translation) {}

    /** Who opened the transaction that is under way. */
    private enum Block {
        NONE,
        CLIENT,
        FRONT
    }

    private final FrontSettings settings;
    private final Channel client;
    private final Startup startup;
    private final StoredObjects objects;
    private final Faults faults;
    private final AtomicLong queryIds;
    private final History history;
    private final Answers answers;
    private final Map<String, Prepared> statements = new HashMap<>();
    private final Map<String, Prepared> portals = new HashMap<>();
    private final Set<String> locked = new HashSet<>();
    private final Set<Faults.Fault> commitFaults = new HashSet<>();
    private final Map<String, String> unsaid = new LinkedHashMap<>();
    private Block block = Block.NONE;
    private String queryGroup = "default";
    private boolean cutAtReady;
    private boolean muteUntilCut;
    private int statementsRun;
    private int pid;

    Session(
            FrontSettings settings,
            Channel client,
            Startup startup,
            StoredObjects objects,
            Faults faults,
            AtomicLong queryIds,
            History history) {
        this.settings = settings;
        this.client = client;
        this.startup = startup;
        this.objects = objects;
        this.faults = faults;
        this.queryIds = queryIds;
        this.history = history;
        this.answers = new Answers(settings.isolation());
    }

    void serve() throws IOException {
        if (!startup.authenticate(client, settings)) {
            return;
        }
        client.write(Message.of('R', 0));
        boolean[] refused = {false};
        try (Channel channel = startup.connect(settings, message -> {
                    refused[0] |= message.type() == 'E';
                    greet(message);
                });
                Backend backend = new Backend(
                        channel,
                        message -> toClient(answers.error(message, pid)),
                        message -> toClient(answers.aside(message)),
                        this::checkClient)) {
            client.flush();
            if (!refused[0]) {
                converse(backend);
            }
        }
    }

    private void greet(Message message) throws IOException {
        if (message.type() == 'K') {
            pid = message.reader().int32();
        }
        client.write(message.type() == 'S' ? answers.parameter(message) : message);
    }

    private void toClient(@Nullable Message message) throws IOException {
        if (message != null && !muteUntilCut) {
            client.write(message);
        }
    }

    /** A client that has gone takes its backend with it. */
    private void checkClient() throws IOException {
        if (client.await(1) && client.peek() == 'X') {
            throw new EOFException("the client has ended the session");
        }
    }

    private void converse(Backend backend) throws IOException {
        while (true) {
            while (!client.await(POLL_MILLIS)) {
                backend.hearAsides();
                client.flush();
            }
            Message message = client.read();
            try {
                switch (message.type()) {
                    case 'X' -> {
                        return;
                    }
                    case 'Q' -> query(backend, message.reader().text());
                    case 'S' -> endOfPipeline(backend);
                    case 'H' -> {
                        backend.settle();
                        client.flush();
                    }
                    case 'P' -> parse(backend, message);
                    case 'B' -> bind(backend, message);
                    case 'D' -> backend.send(message, Backend.Step.DESCRIBE, this::toClient);
                    case 'E' -> execute(backend, message);
                    case 'C' -> close(backend, message);
                    case 'd', 'c', 'f' -> {
                        // COPY FROM STDIN was refused; PostgreSQL ignores what comes of it too.
                    }
                    default -> throw new IOException("a message that Redshift does not know: " + message.type());
                }
            } catch (RedshiftException e) {
                backend.raise(e);
            } catch (CutException cut) {
                return;
            }
            if (backend.awaited() > PIPELINE) {
                backend.settle();
            }
        }
    }

    /** The connection is to be cut here. */
    private static final class CutException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    // --- the simple protocol

    private void query(Backend backend, String sql) throws IOException {
        try {
            List<Statement> parts = Statement.split(sql);
            if (parts.isEmpty()) {
                backend.send(Message.of('P', "", "", (short) 0), Backend.Step.PARSE, Backend.NOBODY);
                bindAndExecute(backend, null);
            }
            for (Statement part : parts) {
                Translation translation = Translator.translate(part);
                prepare(backend, "", translation, new byte[] {0, 0}, Backend.NOBODY);
                bindAndExecute(backend, translation);
                backend.settle();
                if (backend.failed()) {
                    break;
                }
            }
        } catch (RedshiftException e) {
            backend.raise(e);
        }
        endOfPipeline(backend);
    }

    private void bindAndExecute(Backend backend, @Nullable Translation translation)
            throws IOException, RedshiftException {
        Backend.Listener rows = answer -> {
            if (answer.type() == 'T') {
                toClient(answer);
            }
        };
        backend.send(Message.of('B', "", "", (short) 0, (short) 0, (short) 0), Backend.Step.BIND, Backend.NOBODY);
        backend.send(Message.of('D', 'P', ""), Backend.Step.DESCRIBE, rows);
        perform(backend, new Prepared(translation), Message.of('E', "", 0));
    }

    // --- the extended protocol

    private void parse(Backend backend, Message message) throws IOException, RedshiftException {
        Message.Reader reader = message.reader();
        String name = reader.text();
        List<Statement> parts = Statement.split(reader.text());
        byte[] types = reader.rest();
        if (parts.size() > 1) {
            throw RedshiftException.syntax("cannot insert multiple commands into a prepared statement");
        }
        if (parts.isEmpty()) {
            statements.put(name, new Prepared(null));
            backend.send(message, Backend.Step.PARSE, this::toClient);
            return;
        }
        prepare(backend, name, Translator.translate(parts.get(0)), types, this::toClient);
    }

    private void prepare(Backend backend, String name, Translation translation, byte[] types, Backend.Listener listener)
            throws IOException {
        statements.put(name, new Prepared(translation));
        before(backend, translation);
        backend.send(Message.of('P', name, translation.sql(), types), Backend.Step.PARSE, listener);
    }

    private void bind(Backend backend, Message message) throws IOException {
        Message.Reader reader = message.reader();
        String portal = reader.text();
        Prepared prepared = statements.getOrDefault(reader.text(), new Prepared(null));
        portals.put(portal, prepared);
        if (prepared.translation() != null) {
            before(backend, prepared.translation());
        }
        backend.send(message, Backend.Step.BIND, this::toClient);
    }

    private void execute(Backend backend, Message message) throws IOException, RedshiftException {
        String portal = message.reader().text();
        perform(backend, portals.getOrDefault(portal, new Prepared(null)), message);
    }

    private void close(Backend backend, Message message) throws IOException {
        Message.Reader reader = message.reader();
        Map<String, Prepared> named = reader.int8() == 'S' ? statements : portals;
        named.remove(reader.text());
        backend.send(message, Backend.Step.CLOSE, this::toClient);
    }

    // --- both

    /**
     * Takes the write lock before PostgreSQL takes its snapshot, which it does when it parses or binds the statement
     * ("Managing concurrent write operations", c_Concurrent_writes.html: the lock is taken at the first write and held to
     * the end of the transaction; readers go on).
     */
    private void before(Backend backend, Translation translation) throws IOException {
        say(backend, translation);
        if (History.isAsked(translation.source())) {
            history.write(startup.database());
        }
        for (String table : translation.locks()) {
            if (backend.failed() || locked.contains(table)) {
                continue;
            }
            if (block == Block.NONE) {
                backend.run("BEGIN");
                block = Block.FRONT;
            }
            answers.copying(translation.copy());
            backend.run("LOCK TABLE " + table + " IN SHARE ROW EXCLUSIVE MODE");
            if (translation.copy() != null) {
                backend.settle();
                answers.copying(null);
            }
            locked.add(table);
        }
    }

    /** Tells PostgreSQL what its functions are to answer about this session, where the statement may ask. */
    private void say(Backend backend, Translation translation) throws IOException {
        if (!unsaid.isEmpty() && translation.source().toLowerCase(Locale.ROOT).contains("pg_last_")) {
            for (Map.Entry<String, String> entry : unsaid.entrySet()) {
                backend.run("SET redshift_front.%s TO '%s'".formatted(entry.getKey(), entry.getValue()));
            }
            if (backend.status() == 'I' && block == Block.NONE) {
                unsaid.clear();
            }
        }
    }

    private void perform(Backend backend, Prepared prepared, Message execute) throws IOException, RedshiftException {
        Translation translation = prepared.translation();
        if (translation == null) {
            backend.send(execute, Backend.Step.EXECUTE, this::toClient);
            return;
        }
        long query = queryIds.incrementAndGet();
        statementsRun++;
        List<Faults.Fault> matching = faults.matching(queryGroup, statementsRun, translation.source());
        for (Faults.Fault fault : matching) {
            if (fault.kind() == Faults.Kind.FREEZE_SESSION && fault.occurs()) {
                sleep(fault.value());
            }
            if (fault.kind() == Faults.Kind.SERIALIZATION_FAILURE && fault.occurs()) {
                throw new RedshiftException("XX000", "1023", Answers.cycle(pid));
            }
            commitFaults.add(fault);
        }
        switch (translation.kind()) {
            case BEGIN -> {
                backend.send(execute, Backend.Step.EXECUTE, this::toClient);
                block = Block.CLIENT;
            }
            case COMMIT -> {
                commit(backend, () -> backend.send(execute, Backend.Step.EXECUTE, this::toClient));
                ended();
            }
            case ROLLBACK -> {
                backend.send(execute, Backend.Step.EXECUTE, this::toClient);
                commitFaults.clear();
                ended();
            }
            case TRUNCATE -> {
                backend.send(execute, Backend.Step.EXECUTE, this::toClient);
                // "TRUNCATE commits the transaction in which it is run" (r_TRUNCATE.html).
                if (block != Block.NONE) {
                    backend.run("COMMIT");
                }
                ended();
            }
            case COPY -> {
                copy(backend, Objects.requireNonNull(translation.copy()), matching, query);
                backend.send(execute, Backend.Step.EXECUTE, answer -> toClient(Message.of('C', "COPY")));
                cutAtReady |= !backend.failed() && value(matching, Faults.Kind.CUT_AFTER_COPY) >= 0;
            }
            case UNLOAD -> {
                backend.settle();
                if (!backend.failed()) {
                    long count = new UnloadRun(Objects.requireNonNull(translation.unload()), objects, settings)
                            .unload(backend);
                    unsaid.put("last_unload_count", String.valueOf(count));
                }
                backend.send(execute, Backend.Step.EXECUTE, answer -> toClient(Message.of('C', "UNLOAD")));
            }
            case OTHER -> {
                backend.send(execute, Backend.Step.EXECUTE, this::toClient);
                for (String sql : translation.after()) {
                    backend.run(sql);
                }
            }
        }
        queryGroup = Settings.queryGroup(translation.sql(), queryGroup);
        history.add(new History.Entry(
                startup.database(), query, queryGroup, pid, History.withoutSecrets(translation.source())));
        unsaid.put("last_query_id", String.valueOf(query));
    }

    private void ended() {
        block = Block.NONE;
        locked.clear();
    }

    private void copy(Backend backend, CopyCommand command, List<Faults.Fault> matching, long query)
            throws IOException, RedshiftException {
        backend.settle();
        if (backend.failed()) {
            return;
        }
        command.access().check(settings);
        if (value(matching, Faults.Kind.DENY_COPY) >= 0) {
            throw S3Access.denied();
        }
        CopyTable table = CopyTable.look(backend, command);
        if (backend.failed()) {
            return;
        }
        CopyRun run = new CopyRun(
                command,
                objects,
                table,
                new CopyRun.CopyFaults(
                        value(matching, Faults.Kind.FAIL_COPY_ROW),
                        value(matching, Faults.Kind.DROP_COPY_ROW),
                        value(matching, Faults.Kind.LOSE_COPY_ROW)));
        unsaid.put("last_copy_id", String.valueOf(query));
        try {
            long count = run.load(backend);
            if (!backend.failed()) {
                unsaid.put("last_copy_count", String.valueOf(count));
                toClient(Answers.info("Load into table '%s' completed, %d record(s) loaded successfully."
                        .formatted(command.tableName(), count)));
            }
            writeDown(run, query);
        } catch (CopyRun.LoadFailed failed) {
            writeDown(run, query);
            throwOnceFailed(
                    backend,
                    new RedshiftException(
                            "XX000",
                            "Load into table '%s' failed.  Check 'stl_load_errors' system table for details."
                                    .formatted(command.tableName())));
        } catch (RedshiftException e) {
            throwOnceFailed(backend, e);
        }
    }

    /** Answers an error that PostgreSQL already has, or makes PostgreSQL fail with it. */
    private void throwOnceFailed(Backend backend, RedshiftException error) throws IOException, RedshiftException {
        if (!backend.failed()) {
            throw error;
        }
        Map<Character, String> fields = new LinkedHashMap<>();
        fields.put('S', "ERROR");
        fields.put('C', error.code());
        fields.put('M', error.message());
        if (!error.detail().isEmpty()) {
            fields.put('D', error.detail());
        }
        toClient(Message.fields('E', fields));
    }

    private void writeDown(CopyRun run, long query) throws RedshiftException {
        if (run.errors().isEmpty()) {
            return;
        }
        try {
            new LoadErrors(settings.postgres()).write(startup.database(), query, pid, run.table(), run.errors());
        } catch (SQLException e) {
            throw new RedshiftException("XX000", "stl_load_errors could not be written: " + e.getMessage());
        }
    }

    private static long value(List<Faults.Fault> matching, Faults.Kind kind) {
        for (Faults.Fault fault : matching) {
            if (fault.kind() == kind && fault.occurs()) {
                return fault.value();
            }
        }
        return -1;
    }

    private interface Commit {
        void send() throws IOException;
    }

    /** Sends COMMIT, or does what a fault wants at this place. */
    private void commit(Backend backend, Commit commit) throws IOException {
        List<Faults.Fault> due = new ArrayList<>();
        if (!commitFaults.isEmpty()) {
            backend.settle();
            for (Faults.Fault fault : commitFaults) {
                boolean ofCommit = fault.kind().name().endsWith("_COMMIT");
                if (ofCommit && !backend.failed() && faults.active(fault) && fault.occurs()) {
                    due.add(fault);
                }
            }
            commitFaults.clear();
        }
        for (Faults.Fault fault : due) {
            switch (fault.kind()) {
                case CUT_BEFORE_COMMIT -> throw new CutException();
                case DELAY_COMMIT -> sleep(fault.value());
                case CUT_DURING_COMMIT -> {
                    muteUntilCut = true;
                    cutAtReady = true;
                }
                case CUT_AFTER_COMMIT -> cutAtReady = true;
                default -> {}
            }
        }
        commit.send();
        if (muteUntilCut) {
            backend.sync();
            throw new CutException();
        }
    }

    private static void sleep(long millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private void endOfPipeline(Backend backend) throws IOException {
        if (block == Block.FRONT) {
            backend.settle();
            if (!backend.failed()) {
                commit(backend, () -> backend.run("COMMIT"));
            }
        } else if (block == Block.NONE && !commitFaults.isEmpty()) {
            // A statement of its own transaction that PostgreSQL commits at Sync.
            commit(backend, () -> {});
        }
        backend.sync();
        if (block == Block.FRONT && backend.status() != 'I') {
            backend.run("ROLLBACK");
            backend.sync();
        }
        if (backend.status() == 'I') {
            ended();
            commitFaults.clear();
        } else {
            block = Block.CLIENT;
        }
        toClient(Message.of('Z', backend.status()));
        client.flush();
        if (cutAtReady) {
            throw new CutException();
        }
    }
}
