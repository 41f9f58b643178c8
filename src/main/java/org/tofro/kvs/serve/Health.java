package org.tofro.kvs.serve;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.tofro.kvs.KvsClient;

/** Whether the service can answer. Cassandra is asked once a second at most, however many ask here. */
final class Health {
    private static final long FRESH = Duration.ofSeconds(1).toNanos();

    private final KvsClient client;
    private volatile boolean draining;
    private @Nullable CompletionStage<Void> check;
    private long checked;

    Health(KvsClient client) {
        this.client = client;
    }

    void drain() {
        draining = true;
    }

    boolean isDraining() {
        return draining;
    }

    /** The process lives, and answers. */
    static Reply live() {
        return status(200, "live", null);
    }

    /** The next request would be answered, as far as one can tell. */
    CompletionStage<Reply> ready() {
        if (draining) {
            return CompletableFuture.completedStage(status(503, "draining", null));
        }
        return check().handle((done, e) -> e == null
                ? status(200, "ready", null)
                : status(503, "unavailable", ApiException.of(e).code()));
    }

    private synchronized CompletionStage<Void> check() {
        long now = System.nanoTime();
        CompletionStage<Void> last = check;
        if (last == null || now - checked > FRESH) {
            last = client.check();
            check = last;
            checked = now;
        }
        return last;
    }

    private static Reply status(int code, String status, @Nullable String why) {
        return Reply.json(code, json -> {
                    json.writeStringField("status", status);
                    if (why != null) {
                        json.writeStringField("reason", why);
                    }
                })
                .with("Cache-Control", "no-store");
    }
}
