package org.tofro.kvs.serve;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import java.net.BindException;
import java.net.InetSocketAddress;
import org.tofro.kvs.KvsClient;
import org.tofro.kvs.KvsException;

/** The service, from its start to its end. It closes neither the client nor the session. */
public final class KvsServer {
    private static final int IDLE_MILLIS = 75_000;
    private static final int PARSE_MILLIS = 10_000;
    private static final int HEADER_BYTES = 16_384;

    private final Undertow undertow;
    private final ServeOptions options;
    private final Gate gate;
    private final Health health;

    private KvsServer(Undertow undertow, ServeOptions options, Gate gate, Health health) {
        this.undertow = undertow;
        this.options = options;
        this.gate = gate;
        this.health = health;
    }

    /**
     * Begins to listen.
     *
     * @throws KvsException where the address cannot be had
     */
    public static KvsServer start(KvsClient client, ServeOptions options) {
        Gate gate = new Gate(options.limits().requests());
        Health health = new Health(client);
        Undertow undertow = Undertow.builder()
                .addHttpListener(options.port(), options.host())
                // Nothing blocks, so nothing is handed to workers.
                .setIoThreads(Math.max(2, Runtime.getRuntime().availableProcessors()))
                .setWorkerThreads(1)
                .setServerOption(UndertowOptions.DECODE_URL, false)
                .setServerOption(UndertowOptions.IDLE_TIMEOUT, IDLE_MILLIS)
                .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, IDLE_MILLIS)
                .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, PARSE_MILLIS)
                .setServerOption(UndertowOptions.MAX_HEADER_SIZE, HEADER_BYTES)
                .setServerOption(
                        UndertowOptions.MAX_ENTITY_SIZE, (long) options.limits().bodyBytes())
                .setHandler(new Service(client, options, gate, health))
                .build();
        try {
            undertow.start();
        } catch (RuntimeException e) {
            undertow.stop();
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new KvsException(
                    "cannot listen on " + options + ": "
                            + (cause instanceof BindException
                                    ? "the port is taken, or the address is none of this machine"
                                    : cause.getMessage()),
                    e);
        }
        return new KvsServer(undertow, options, gate, health);
    }

    /** The port that it listens on. */
    public int port() {
        return ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
    }

    /**
     * Ends it: it says that it is not ready, goes on for the notice, takes no more requests, and waits for those at work as
     * long as the grace allows.
     *
     * @return whether all of them were answered
     */
    public boolean stop() throws InterruptedException {
        health.drain();
        Thread.sleep(options.limits().notice().toMillis());
        gate.shut();
        try {
            return gate.awaitEmpty(options.limits().grace());
        } finally {
            undertow.stop();
        }
    }
}
