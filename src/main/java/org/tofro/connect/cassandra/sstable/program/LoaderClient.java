package org.tofro.connect.cassandra.sstable.program;

import java.lang.reflect.Constructor;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/** What Cassandra's loader knows of the cluster: the ring, the keyspace's tables, and how to reach the nodes. */
final class LoaderClient {
    private LoaderClient() {}

    /** Asks the cluster, while the first rows come. */
    static Future<Object> connect(ProgramSettings settings, CassandraClasses cassandra) {
        FutureTask<Object> asked = new FutureTask<>(() -> {
            Object client = make(settings, cassandra);
            cassandra.call(client, "init", new Class<?>[] {String.class}, settings.keyspace());
            return client;
        });
        Thread thread = new Thread(asked, "client");
        thread.setDaemon(true);
        thread.start();
        return asked;
    }

    private static Object make(ProgramSettings settings, CassandraClasses cassandra)
            throws ReflectiveOperationException {
        Class<?> authentication = Class.forName("com.datastax.driver.core.AuthProvider");
        Class<?> ssl = Class.forName("com.datastax.driver.core.SSLOptions");
        Constructor<?> constructor = cassandra.constructor(
                "tools.BulkLoader$ExternalClient",
                Set.class,
                int.class,
                authentication,
                cassandra.type("config.EncryptionOptions$ServerEncryptionOptions"),
                ssl);
        Object user = settings.user().isEmpty()
                ? null
                : Class.forName("com.datastax.driver.core.PlainTextAuthProvider")
                        .getConstructor(String.class, String.class)
                        .newInstance(settings.user(), settings.password());
        Object tls = null;
        if (settings.tls()) {
            Object builder = Class.forName("com.datastax.driver.core.RemoteEndpointAwareJdkSSLOptions")
                    .getMethod("builder")
                    .invoke(null);
            tls = cassandra.call(builder, "build");
        }
        return constructor.newInstance(
                Set.copyOf(settings.nodes()), settings.storagePort(), user, encryption(settings, cassandra), tls);
    }

    private static Object encryption(ProgramSettings settings, CassandraClasses cassandra)
            throws ReflectiveOperationException {
        if (settings.config().isEmpty()) {
            return cassandra
                    .constructor("config.EncryptionOptions$ServerEncryptionOptions")
                    .newInstance();
        }
        Object loader = cassandra.constructor("config.YamlConfigurationLoader").newInstance();
        try {
            Object config = cassandra.call(
                    loader,
                    "loadConfig",
                    new Class<?>[] {URL.class},
                    Path.of(settings.config()).toUri().toURL());
            Object options = cassandra.field(config, "server_encryption_options");
            return cassandra.call(options, "applyConfig");
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
