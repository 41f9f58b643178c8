package org.tofro.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.tofro.local.Stack;
import org.tofro.settings.PostgresConnection;
import org.tofro.settings.RedshiftConnection;
import org.tofro.settings.S3Connection;
import org.tofro.settings.Settings;

/**
 * A checkout of the tests' own under {@code target/}, with every stand-in of the shipped environment up: started by the
 * first end-to-end test of a JVM, shared by all, stopped at the JVM's end. Each test gets a {@link Scene} in it.
 */
final class TestCheckout implements AutoCloseable {
    static final Path FOLDER = Path.of("target/end-to-end").toAbsolutePath();

    private final AtomicInteger scenes = new AtomicInteger();
    private final Settings served;

    private TestCheckout() {
        if (Files.exists(FOLDER)) {
            Stack.down(FOLDER);
            delete(FOLDER);
        }
        System.setProperty("tofro.home", FOLDER.toString());
        System.setProperty("tofro.stack.idle", "PT1M");
        try {
            Files.createDirectories(FOLDER);
            // Runner files name their seeds from the checkout's folder.
            Files.createSymbolicLink(
                    FOLDER.resolve("test-data"), Path.of("test-data").toAbsolutePath());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Settings local = Loaded.settings("local", List.of());
        served = Stack.serve(local, Set.of("host_db_1", "redshift", "s3"), FOLDER, line -> {});
    }

    private Scene scene() {
        return new Scene(this, scenes.incrementAndGet());
    }

    PostgresConnection rds() {
        return (PostgresConnection) served.connections().get("host_db_1");
    }

    RedshiftConnection redshift() {
        return (RedshiftConnection) served.connections().get("redshift");
    }

    S3Connection s3() {
        return (S3Connection) served.connections().get("s3");
    }

    @Override
    public void close() {
        Stack.down(FOLDER);
        System.clearProperty("tofro.home");
        System.clearProperty("tofro.stack.idle");
    }

    private static void delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Hands a scene of the JVM's one checkout to each test that asks for it. */
    static final class EndToEnd implements ParameterResolver {
        private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(EndToEnd.class);

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Scene.class;
        }

        @Override
        public Scene resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(NAMESPACE)
                    .getOrComputeIfAbsent(TestCheckout.class, key -> new TestCheckout(), TestCheckout.class)
                    .scene();
        }
    }
}
