package org.tofro.notify;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.tofro.report.ReportStore;
import org.tofro.settings.Notification;
import org.tofro.settings.Secret;

/** Posts the message's text as Slack takes it. */
record WebhookSender(Notification.Webhook webhook, KeptValues values) implements Sender {
    /** The address is a secret, and what the client throws may quote it: so only the kind of an exception is said. */
    @Override
    public void send(RunMessage message, TimeLimit limit) throws NotToldException, InterruptedException {
        Secret address = values.of(webhook.address());
        CompletableFuture<HttpResponse<Void>> answer;
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(address.reveal()))
                    .timeout(TimeLimit.PATIENCE)
                    .header("Content-Type", "application/json; charset=utf-8")
                    .POST(HttpRequest.BodyPublishers.ofString(ReportStore.json(Map.of("text", message.text()))))
                    .build();
            HttpClient client =
                    HttpClient.newBuilder().connectTimeout(TimeLimit.PATIENCE).build();
            answer = client.sendAsync(request, HttpResponse.BodyHandlers.discarding());
        } catch (IllegalArgumentException e) {
            throw new NotToldException("its value is no address that begins with http:// or https://");
        }
        try {
            int status = limit.await(answer).statusCode();
            if (status / 100 != 2) {
                throw new NotToldException("the server answered with HTTP status " + status);
            }
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new NotToldException(
                    "the server cannot be reached (" + cause.getClass().getSimpleName() + ")");
        }
    }
}
