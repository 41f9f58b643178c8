package org.tofro.cli;

import com.datastax.oss.driver.api.core.DriverException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.cassandra.session.CassandraException;
import org.tofro.connect.cassandra.session.CassandraSessions;
import org.tofro.connect.cassandra.session.DriverErrors;
import org.tofro.kvs.JobName;
import org.tofro.kvs.KvsException;
import org.tofro.kvs.KvsReadException;
import org.tofro.kvs.KvsTables;
import org.tofro.kvs.VersionsTable;
import org.tofro.settings.CassandraConnection;
import org.tofro.settings.Settings;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which key-value store a command works on. */
final class KvsOptions {
    @Mixin
    private RunnerOption environment = new RunnerOption();

    @Option(
            names = "--connection",
            paramLabel = "NAME",
            description = "The environment's connection of type cassandra. Default: the only one there.")
    private @Nullable String connection;

    @Option(
            names = "--keyspace",
            paramLabel = "KEYSPACE",
            description = "Where the store is. Default: ${DEFAULT-VALUE}.",
            defaultValue = KvsTables.DEFAULT_KEYSPACE)
    private String keyspace = KvsTables.DEFAULT_KEYSPACE;

    /** What a command does with the store. */
    @FunctionalInterface
    interface Work {
        ExitCode with(KvsStore store) throws InterruptedException;
    }

    /** Opens the store, works with it, and closes it; trouble ends the command with a sentence. */
    int work(PrintStream err, Work work) throws InterruptedException {
        CassandraConnection cluster = served(err);
        try (CassandraSessions.Lease lease = CassandraSessions.open(cluster)) {
            if (!VersionsTable.isMade(lease.session(), keyspace)) {
                throw new FailedException("connection '" + cluster.name() + "': keyspace '" + keyspace
                        + "' holds no key-value store; is --keyspace the one that the pipelines materialize in?");
            }
            return work.with(new KvsStore(lease.session(), keyspace, environment.runner))
                    .code();
        } catch (DriverException e) {
            throw new FailedException("connection '" + cluster.name() + "': "
                    + (DriverErrors.isTransient(e)
                            ? "Cassandra does not answer (" + e.getClass().getSimpleName() + "); try again"
                            : e.getMessage()));
        } catch (CassandraException | KvsException | KvsReadException e) {
            throw new FailedException(String.valueOf(e.getMessage()));
        }
    }

    private CassandraConnection served(PrintStream err) {
        String name = name();
        Settings settings = Served.of(Loaded.settings(environment.runner, List.of(name)), Set.of(name), err::println);
        return (CassandraConnection)
                java.util.Objects.requireNonNull(settings.connections().get(name));
    }

    private String name() {
        Set<String> names = new TreeSet<>();
        for (Map.Entry<String, org.tofro.settings.Connection> each :
                Loaded.settings(environment.runner, List.of()).connections().entrySet()) {
            if (each.getValue() instanceof CassandraConnection) {
                names.add(each.getKey());
            }
        }
        String given = connection;
        if (given != null && names.contains(given)) {
            return given;
        }
        if (given == null && names.size() == 1) {
            return names.iterator().next();
        }
        if (names.isEmpty()) {
            throw new InvalidInputException("runner '" + environment.runner
                    + "' has no connection of type cassandra; the key-value store is in one");
        }
        throw new InvalidInputException(
                given == null
                        ? "runner '" + environment.runner
                                + "' has several connections of type cassandra; choose by --connection one of: "
                                + String.join(", ", names)
                        : "runner '" + environment.runner + "' has no connection '" + given
                                + "' of type cassandra; those it has are: " + String.join(", ", names));
    }

    /** A job's name as it was typed. */
    static JobName job(String text) {
        if (!JobName.isValid(text)) {
            throw new InvalidInputException("'" + text + "' is no job's name; " + JobName.rule());
        }
        return new JobName(text);
    }
}
