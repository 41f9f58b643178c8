package org.tofro.kvs.serve;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.tofro.kvs.JobName;
import org.tofro.kvs.KvsClient;
import org.tofro.kvs.KvsKey;
import org.tofro.kvs.KvsSchema;

/** What each path under {@code /v1/} answers. */
final class Api {
    private final KvsClient client;
    private final Metrics metrics;

    Api(KvsClient client, Metrics metrics) {
        this.client = client;
        this.metrics = metrics;
    }

    CompletionStage<Reply> jobs() {
        return client.jobs().thenApply(Bodies::jobs);
    }

    CompletionStage<Reply> job(Route route) {
        return client.job(route.jobName()).thenApply(Bodies::job);
    }

    CompletionStage<Reply> key(Route route, HttpServerExchange exchange) {
        JobName job = route.jobName();
        List<String> fields = Route.fields(exchange.getQueryParameters());
        @Nullable String known = exchange.getRequestHeaders().getFirst(Headers.IF_NONE_MATCH);
        return client.getAll(job, schema -> List.of(key(job, schema, route.key())), fields)
                .thenApply(answer -> {
                    metrics.read(answer);
                    if (answer.entries().isEmpty()) {
                        throw new ApiException(
                                404,
                                "unknown_key",
                                "version " + answer.version().number() + " of job '" + job + "' has no such key");
                    }
                    Reply reply =
                            Bodies.entry(answer.entries().values().iterator().next());
                    return matches(known, reply) ? reply.notModified() : reply;
                });
    }

    /** The parts of a key of several columns are told apart before they are decoded. */
    private static KvsKey key(JobName job, KvsSchema schema, String sent) {
        return schema.key().size() == 1 ? KvsKey.of(KvsKey.unescaped(job, sent)) : KvsKey.parse(job, schema, sent);
    }

    private static boolean matches(@Nullable String known, Reply reply) {
        if (known == null) {
            return false;
        }
        String tag = String.valueOf(reply.headers().get("ETag"));
        for (String each : known.split(",")) {
            String plain = each.strip();
            // A proxy that compresses makes weak tags of strong ones.
            if (plain.equals(tag) || plain.equals("W/" + tag) || plain.equals("*")) {
                return true;
            }
        }
        return false;
    }

    CompletionStage<Reply> keys(Route route, KeysRequest request) {
        return client.getAll(route.jobName(), request::keys, request.fields()).thenApply(answer -> {
            metrics.read(answer);
            return Bodies.entries(answer);
        });
    }
}
