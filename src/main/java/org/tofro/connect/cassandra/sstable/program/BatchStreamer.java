package org.tofro.connect.cassandra.sstable.program;

import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/**
 * Streams SSTables to all nodes that keep a part of them, by Cassandra's own loader; it is what {@code sstableloader} does,
 * without its words for people. A node that does not take its part is a failure of all.
 */
final class BatchStreamer {
    private final ProgramSettings settings;
    private final CassandraClasses cassandra;
    private final Future<Object> client;

    /** @param client knows the table and who keeps which part of it; see {@link LoaderClient} */
    BatchStreamer(ProgramSettings settings, CassandraClasses cassandra, Future<Object> client)
            throws ReflectiveOperationException {
        this.settings = settings;
        this.cassandra = cassandra;
        this.client = client;
        // Without this, a client takes the default of a server for its limit.
        Class<?> config = cassandra.type("config.DatabaseDescriptor");
        config.getMethod("setStreamThroughputOutboundBytesPerSec", long.class)
                .invoke(null, (long) settings.throttle() << 20);
        config.getMethod("setInterDCStreamThroughputOutboundBytesPerSec", long.class)
                .invoke(null, (long) settings.throttle() << 20);
        config.getMethod("setEntireSSTableStreamThroughputOutboundMebibytesPerSec", int.class)
                .invoke(null, settings.throttle());
        config.getMethod("setEntireSSTableInterDCStreamThroughputOutboundMebibytesPerSec", int.class)
                .invoke(null, settings.throttle());
    }

    /**
     * Returns when all nodes have all that is in the folder; throws where one has not.
     *
     * @param tables how many SSTables are there
     */
    void stream(Path folder, int tables) throws Exception {
        Queue<String> skipped = new ConcurrentLinkedQueue<>();
        Object loader = null;
        try {
            loader = loader(folder, client.get(), skipped);
            plan(loader, client.get(), tables, skipped).get();
        } catch (InvocationTargetException e) {
            throw failure("", e);
        } catch (ExecutionException e) {
            throw failure(loader == null ? "" : failedHosts(loader), e);
        }
    }

    private static ProgramFailure failure(String hosts, Exception e) {
        e.printStackTrace();
        Throwable root = ProgramEnd.root(e);
        return new ProgramFailure(
                ProgramFailure.Kind.STREAM, hosts + (root.getMessage() == null ? root.toString() : root.getMessage()));
    }

    /**
     * What the loader's own {@code stream} does, except that it would ask the cluster for its ring and its schema again for
     * every batch, and then wait two seconds for the driver's end.
     */
    private Future<?> plan(Object loader, Object owner, int tables, Queue<String> skipped) throws Exception {
        Object ranges = cassandra.call(owner, "getEndpointToRangesMap");
        Object parts = cassandra.callOwn(loader, "openSSTables", new Class<?>[] {Map.class}, ranges);
        int opened = ((Collection<?>) cassandra.field(loader, "sstables")).size();
        // The loader goes on without a file that it cannot use, and calls that a success.
        if (!skipped.isEmpty() || opened != tables) {
            throw new ProgramFailure(
                    ProgramFailure.Kind.STREAM,
                    skipped.isEmpty() ? opened + " of " + tables + " SSTables were opened" : skipped.element());
        }
        Object operation = cassandra
                .type("streaming.StreamOperation")
                .getField("BULK_LOAD")
                .get(null);
        Object none = cassandra.type("streaming.PreviewKind").getField("NONE").get(null);
        Object plan = cassandra
                .constructor(
                        "streaming.StreamPlan",
                        operation.getClass(),
                        int.class,
                        boolean.class,
                        cassandra.type("utils.TimeUUID"),
                        none.getClass())
                .newInstance(operation, 1, false, null, none);
        cassandra.call(
                plan,
                "connectionFactory",
                new Class<?>[] {cassandra.type("streaming.StreamingChannel$Factory")},
                cassandra.call(owner, "getConnectionFactory"));
        Map<?, ?> byNode = (Map<?, ?>) cassandra.call(parts, "asMap");
        for (Map.Entry<?, ?> node : byNode.entrySet()) {
            cassandra.call(
                    plan,
                    "transferStreams",
                    new Class<?>[] {node.getKey().getClass(), Collection.class},
                    node.getKey(),
                    List.copyOf((Collection<?>) node.getValue()));
        }
        Class<?> handler = cassandra.type("streaming.StreamEventHandler");
        cassandra.call(
                plan,
                "listeners",
                new Class<?>[] {handler, handler.arrayType()},
                loader,
                Array.newInstance(handler, 0));
        return (Future<?>) cassandra.call(plan, "execute");
    }

    private Object loader(Path folder, Object owner, Queue<String> skipped) throws ReflectiveOperationException {
        Class<?> file = cassandra.type("io.util.File");
        Class<?> clients = cassandra.type("io.sstable.SSTableLoader$Client");
        Class<?> output = cassandra.type("utils.OutputHandler");
        Object handler =
                Proxy.newProxyInstance(output.getClassLoader(), new Class<?>[] {output}, (proxy, method, arguments) -> {
                    if (arguments != null
                            && arguments.length > 0
                            && arguments[0] instanceof String line
                            && line.startsWith("Skipping")) {
                        skipped.add(line);
                    }
                    return null;
                });
        return cassandra
                .constructor("io.sstable.SSTableLoader", file, clients, output, int.class, String.class)
                .newInstance(
                        cassandra.constructor("io.util.File", Path.class).newInstance(folder),
                        owner,
                        handler,
                        1,
                        settings.keyspace());
    }

    private String failedHosts(Object loader) throws ReflectiveOperationException {
        Collection<?> hosts = (Collection<?>) cassandra.call(loader, "getFailedHosts");
        List<String> names = new ArrayList<>();
        hosts.forEach(host -> names.add(String.valueOf(host).replaceFirst("^/", "")));
        return names.isEmpty() ? "" : String.join(", ", names) + ": ";
    }
}
