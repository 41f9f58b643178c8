package org.tofro.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.tofro.kvs.KvsClient;
import org.tofro.kvs.serve.KvsServer;
import org.tofro.kvs.serve.ServeOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tofro kvs serve}: the store by HTTP, until the process is told to end. */
@Command(
        name = "serve",
        description =
                "Serve the store by HTTP, until SIGTERM or Ctrl-C: GET /v1/jobs/JOB/keys/KEY?fields=a,b and more.",
        mixinStandardHelpOptions = true)
final class KvsServeCommand implements Callable<Integer> {
    /** The variable of the environment that may hold the token. */
    static final String TOKEN = "TOFRO_KVS_TOKEN";

    private final PrintStream out;
    private final PrintStream err;

    @Option(
            names = "--host",
            defaultValue = "127.0.0.1",
            description = "The address to listen on. Default: ${DEFAULT-VALUE}.")
    private String host = "127.0.0.1";

    @Option(names = "--port", defaultValue = "8080", description = "The port. Default: ${DEFAULT-VALUE}.")
    private int port = 8080;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "A file of bearer tokens, one a line, any of which opens the service. Default: the one of "
                    + TOKEN + " in the environment.")
    private @Nullable Path tokenFile;

    @Option(
            names = "--no-token",
            description = "Let everybody read who reaches the address, though others can reach it.")
    private boolean open;

    @Option(names = "--demo", description = "Also serve a page, an instructor's dashboard, at /.")
    private boolean demo;

    @Option(
            names = "--max-keys",
            defaultValue = "100",
            description = "Most keys of a request. Default: ${DEFAULT-VALUE}.")
    private int maxKeys = 100;

    @Option(
            names = "--max-requests",
            defaultValue = "1000",
            description = "Most requests at one time; others are told to come again. Default: ${DEFAULT-VALUE}.")
    private int maxRequests = 1_000;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description = "How long an answer may take. Default: ${DEFAULT-VALUE}.")
    private int timeout = 5;

    @Option(
            names = "--notice",
            paramLabel = "SECONDS",
            defaultValue = "0",
            description = "How long, told to end, it goes on while /health says that it is not ready, so that balancers"
                    + " look elsewhere. Default: ${DEFAULT-VALUE}.")
    private int notice;

    @Option(
            names = "--grace",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "How long it then waits for requests at work. Default: ${DEFAULT-VALUE}.")
    private int grace = 10;

    @Mixin
    private KvsOptions options = new KvsOptions();

    KvsServeCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() throws InterruptedException {
        ServeOptions serving = new ServeOptions(
                host,
                port,
                tokens(),
                demo,
                new ServeOptions.Limits(
                        maxKeys,
                        ServeOptions.Limits.DEFAULT.bodyBytes(),
                        maxRequests,
                        Duration.ofSeconds(timeout),
                        Duration.ofSeconds(notice),
                        Duration.ofSeconds(grace)));
        return options.work(err, store -> {
            try (KvsClient client = new KvsClient(store.session(), store.keyspace(), Duration.ofSeconds(timeout))) {
                serve(KvsServer.start(client, serving), store);
            }
            return ExitCode.OK;
        });
    }

    private void serve(KvsServer server, KvsStore store) throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        Thread atExit = new Thread(
                () -> {
                    try {
                        err.println("ending: no more requests are taken");
                        err.println(
                                server.stop()
                                        ? "all requests were answered"
                                        : "some requests took longer than the grace of " + grace
                                                + " s, and were cut off");
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } finally {
                        ended.countDown();
                    }
                },
                "kvs-serve-end");
        Runtime.getRuntime().addShutdownHook(atExit);
        out.println("serving keyspace '" + store.keyspace() + "' on http://" + host + ":" + server.port()
                + (demo ? "/, with the page at /" : "/"));
        out.flush();
        // The JVM's end is what ends it; the hook has the last word then.
        ended.await();
    }

    private List<String> tokens() {
        List<String> tokens = new ArrayList<>();
        Path file = tokenFile;
        String given = System.getenv(TOKEN);
        if (file != null) {
            try {
                Files.readAllLines(file).stream()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .forEach(tokens::add);
            } catch (IOException e) {
                throw new InvalidInputException("--token-file: cannot read '" + file + "'");
            }
            if (tokens.isEmpty()) {
                throw new InvalidInputException("--token-file: '" + file + "' holds no token");
            }
        } else if (given != null && !given.isBlank()) {
            tokens.add(given.strip());
        }
        if (tokens.isEmpty() && !open && !isLoopback()) {
            throw new InvalidInputException("on " + host + " others reach the store: give a token by --token-file or "
                    + TOKEN + ", or say --no-token");
        }
        return tokens;
    }

    private boolean isLoopback() {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new InvalidInputException("--host: '" + host + "' is no address of this machine");
        }
    }
}
