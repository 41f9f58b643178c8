package org.tofro.kvs.serve;

import io.undertow.io.IoCallback;
import io.undertow.io.Receiver;
import io.undertow.io.Sender;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.RequestTooBigException;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.SameThreadExecutor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tofro.kvs.KvsClient;
import org.xnio.IoUtils;
import org.xnio.XnioExecutor;

/**
 * Answers a request: who may ask, where to, and how its answer is sent. It runs on the connection's own thread, waits for
 * nothing, and logs no key.
 */
final class Service implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Service.class);

    private final ServeOptions options;
    private final Tokens tokens;
    private final Gate gate;
    private final Health health;
    private final Metrics metrics;
    private final Api api;
    private final Page page;

    Service(KvsClient client, ServeOptions options, Gate gate, Health health) {
        this.options = options;
        this.tokens = new Tokens(options.tokens());
        this.gate = gate;
        this.health = health;
        this.metrics = new Metrics(gate::inside);
        this.api = new Api(client, metrics);
        this.page = options.demo() ? Page.ofResources() : Page.none();
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        long arrived = System.nanoTime();
        if (health.isDraining()) {
            exchange.setPersistent(false);
        }
        String path = exchange.getRequestPath();
        try {
            if (path.startsWith("/v1/")) {
                demandToken(exchange);
                Route route = Route.of(path);
                timed(exchange, route.kind().label(), arrived);
                demandMethod(exchange, route.kind().methods());
                Gate.Place place = gate.enter();
                exchange.addExchangeCompleteListener((done, next) -> {
                    place.leave();
                    next.proceed();
                });
                answer(route, exchange, place);
                return;
            }
            switch (path) {
                case "/health", "/health/ready" -> later(exchange, health::ready);
                case "/health/live" -> send(exchange, Health.live());
                case "/metrics" -> {
                    demandToken(exchange);
                    send(exchange, metrics.scrape(exchange.getRequestHeaders().getFirst(Headers.ACCEPT)));
                }
                default -> {
                    timed(exchange, "page", arrived);
                    demandMethod(exchange, Set.of("GET", "HEAD"));
                    send(exchange, page.at(path));
                }
            }
        } catch (RuntimeException e) {
            fail(exchange, e);
        }
    }

    private void answer(Route route, HttpServerExchange exchange, Gate.Place place) {
        switch (route.kind()) {
            case JOBS -> later(exchange, api::jobs);
            case JOB -> later(exchange, () -> api.job(route));
            case KEY -> later(exchange, () -> api.key(route, exchange));
            case KEYS ->
                withBody(exchange, place, body -> {
                    KeysRequest request =
                            KeysRequest.read(body, options.limits().keys());
                    later(exchange, () -> api.keys(route, request));
                });
        }
    }

    private void timed(HttpServerExchange exchange, String route, long arrived) {
        exchange.addExchangeCompleteListener((done, next) -> {
            metrics.answered(route, done.getStatusCode(), System.nanoTime() - arrived);
            next.proceed();
        });
    }

    private void demandToken(HttpServerExchange exchange) {
        if (!tokens.admit(exchange)) {
            exchange.getResponseHeaders().put(Headers.WWW_AUTHENTICATE, "Bearer");
            throw new ApiException(
                    401,
                    "unauthorized",
                    "a token is needed: send the header 'Authorization: Bearer TOKEN' with the right one");
        }
    }

    private static void demandMethod(HttpServerExchange exchange, Set<String> methods) {
        if (!methods.contains(exchange.getRequestMethod().toString())) {
            String allowed = String.join(", ", new TreeSet<>(methods));
            exchange.getResponseHeaders().put(Headers.ALLOW, allowed);
            throw new ApiException(405, "method_not_allowed", "this path takes " + allowed);
        }
    }

    /** Hands over the body when all of it has come. */
    private void withBody(HttpServerExchange exchange, Gate.Place place, Consumer<byte[]> use) {
        exchange.setMaxEntitySize(options.limits().bodyBytes());
        XnioExecutor.Key late = exchange.getIoThread()
                .executeAfter(
                        () -> giveUp(exchange, place),
                        options.limits().timeout().toMillis(),
                        TimeUnit.MILLISECONDS);
        exchange.getRequestReceiver()
                .receiveFullBytes(
                        (same, body) -> {
                            late.remove();
                            try {
                                use.accept(body);
                            } catch (RuntimeException e) {
                                fail(exchange, e);
                            }
                        },
                        (same, e) -> {
                            late.remove();
                            exchange.setPersistent(false);
                            fail(
                                    exchange,
                                    e instanceof Receiver.RequestToLargeException || e instanceof RequestTooBigException
                                            ? new ApiException(
                                                    413,
                                                    "body_too_large",
                                                    "the body is longer than "
                                                            + options.limits().bodyBytes() + " bytes")
                                            : new ApiException(400, "bad_request", "the body did not come whole"));
                        });
    }

    /** A body that trickles must not hold its place; the server would wait for the rest of it even after the answer. */
    private void giveUp(HttpServerExchange exchange, Gate.Place place) {
        place.leave();
        exchange.setPersistent(false);
        ApiException e = new ApiException(408, "slow_body", "the body did not come in time");
        metrics.failed(e.code());
        send(exchange, Reply.error(e), new IoCallback() {
            @Override
            public void onComplete(HttpServerExchange same, Sender sender) {
                IoUtils.safeClose(same.getConnection());
            }

            @Override
            public void onException(HttpServerExchange same, Sender sender, IOException lost) {
                IoUtils.safeClose(same.getConnection());
            }
        });
    }

    /** Sends what comes, on the connection's own thread; the driver's threads have others to serve. */
    private void later(HttpServerExchange exchange, Supplier<CompletionStage<Reply>> asked) {
        exchange.dispatch(SameThreadExecutor.INSTANCE, () -> {
            CompletableFuture<Reply> reply;
            try {
                reply = asked.get().toCompletableFuture();
            } catch (RuntimeException e) {
                fail(exchange, e);
                return;
            }
            CompletionStage<Reply> bounded =
                    reply.copy().orTimeout(options.limits().timeout().toMillis(), TimeUnit.MILLISECONDS);
            bounded.whenComplete((answer, e) -> exchange.getIoThread().execute(() -> {
                if (e == null) {
                    send(exchange, answer);
                } else {
                    fail(exchange, e);
                }
            }));
        });
    }

    private void fail(HttpServerExchange exchange, Throwable thrown) {
        ApiException e = ApiException.of(thrown);
        metrics.failed(e.code());
        if (e.status() == 500) {
            // The cause's words may hold what was asked for.
            Throwable cause = e.getCause() == null ? e : e.getCause();
            LOG.warn("a request failed: {} at {}", cause.getClass().getName(), place(cause));
        }
        send(exchange, Reply.error(e));
    }

    private static String place(Throwable e) {
        return e.getStackTrace().length == 0 ? "an unknown place" : e.getStackTrace()[0].toString();
    }

    private static void send(HttpServerExchange exchange, Reply reply) {
        send(exchange, reply, IoCallback.END_EXCHANGE);
    }

    private static void send(HttpServerExchange exchange, Reply reply, IoCallback then) {
        if (exchange.isResponseStarted() || exchange.isComplete()) {
            return;
        }
        exchange.setStatusCode(reply.status());
        HeaderMap headers = exchange.getResponseHeaders();
        headers.put(Headers.CONTENT_TYPE, reply.type());
        headers.put(HttpString.tryFromString("X-Content-Type-Options"), "nosniff");
        reply.headers().forEach((name, value) -> headers.put(HttpString.tryFromString(name), value));
        exchange.getResponseSender().send(ByteBuffer.wrap(reply.body().content()), then);
    }
}
