package org.tofro.run;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tofro.report.ReportStore;
import org.tofro.settings.Notification;
import org.tofro.settings.Notification.Command;
import org.tofro.settings.Notification.Webhook;
import org.tofro.settings.Secret;
import org.tofro.settings.SecretException;
import org.tofro.settings.SecretStores;

/**
 * Tells people how a run has ended. Whoever cannot be told makes no run fail: the answer says so. Nothing is sent twice, as
 * a message whose answer was lost may have arrived.
 */
public final class Notifier {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Once the process is to end, there is no more time than this. */
    private static final Duration LAST_PATIENCE = Duration.ofSeconds(3);

    private static final Duration LOOK = Duration.ofMillis(50);

    private final List<Notification> notifications;
    private final Function<String, @Nullable String> environment;
    private final SecretStores stores;
    private final EarlyEnd leaving;

    /**
     * @param environment gives the variables that hold webhooks' addresses
     * @param stores give those that are kept elsewhere
     * @param leaving says whether the process is about to end
     */
    public Notifier(
            List<Notification> notifications,
            Function<String, @Nullable String> environment,
            SecretStores stores,
            EarlyEnd leaving) {
        this.notifications = List.copyOf(notifications);
        this.environment = environment;
        this.stores = stores;
        this.leaving = leaving;
    }

    /** Tells everyone who wants to hear of it; returns for each how that went. */
    public List<Told> tell(RunMessage message) throws InterruptedException {
        List<Told> told = new ArrayList<>();
        for (Notification notification : notifications) {
            if (notification.events().stream().anyMatch(message.events()::contains)) {
                told.add(new Told(notification.words(), tell(notification.channel(), message)));
            }
        }
        return told;
    }

    /**
     * How telling went.
     *
     * @param notification who was to be told of what
     * @param trouble why they were not; null where they were
     */
    public record Told(String notification, @Nullable String trouble) {
        /** For the report. */
        @Override
        public String toString() {
            return notification + (trouble == null ? ": told" : ": not told, " + trouble);
        }
    }

    /** Returns what went wrong, or null. */
    private @Nullable String tell(Notification.Channel channel, RunMessage message) throws InterruptedException {
        try {
            if (channel instanceof Command command) {
                return run(command, message);
            }
            return post((Webhook) channel, message);
        } catch (IOException e) {
            return "the command cannot be started: " + e.getMessage();
        }
    }

    private @Nullable String run(Command command, RunMessage message) throws IOException, InterruptedException {
        // What it prints goes to standard error: standard output is for results.
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", "exec 1>&2\n" + command.command())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        for (Map.Entry<String, Object> fact : message.facts().entrySet()) {
            if (fact.getValue() instanceof String value) {
                builder.environment().put(variable(fact.getKey()), value);
            }
        }
        builder.environment()
                .put(
                        "TOFRO_EVENTS",
                        message.events().stream()
                                .map(Notification.Event::word)
                                .sorted()
                                .collect(java.util.stream.Collectors.joining(",")));
        Process process = builder.start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(ReportStore.json(message.facts()).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // It does not read what it is told, and may do well without.
        }
        Limit limit = new Limit();
        while (!process.waitFor(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
            if (limit.isReached()) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                return "the command took longer than " + limit.seconds() + " s";
            }
        }
        return process.exitValue() == 0 ? null : "the command ended with exit code " + process.exitValue();
    }

    /** {@code intervalStart} as a variable: {@code TOFRO_INTERVAL_START}. */
    private static String variable(String fact) {
        return "TOFRO_" + fact.replaceAll("([A-Z])", "_$1").toUpperCase(java.util.Locale.ROOT);
    }

    /** The address is a secret, and what the client throws may quote it: so only the kind of an exception is said. */
    private @Nullable String post(Webhook webhook, RunMessage message) throws InterruptedException {
        Secret address;
        try {
            address = address(webhook);
        } catch (SecretException e) {
            return e.getMessage();
        }
        if (address == null) {
            return webhook.kind().equals("env")
                    ? "the environment variable '" + webhook.argument() + "' is not set"
                    : "the file '" + webhook.argument() + "' cannot be read";
        }
        CompletableFuture<HttpResponse<Void>> answer;
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(address.reveal()))
                    .timeout(PATIENCE)
                    .header("Content-Type", "application/json; charset=utf-8")
                    .POST(HttpRequest.BodyPublishers.ofString(ReportStore.json(Map.of("text", message.text()))))
                    .build();
            HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
            answer = client.sendAsync(request, HttpResponse.BodyHandlers.discarding());
        } catch (IllegalArgumentException e) {
            return "its value is no address that begins with http:// or https://";
        }
        Limit limit = new Limit();
        while (!limit.isReached()) {
            try {
                int status = answer.get(LOOK.toMillis(), TimeUnit.MILLISECONDS).statusCode();
                return status / 100 == 2 ? null : "the server answered with HTTP status " + status;
            } catch (TimeoutException e) {
                // Not yet.
            } catch (ExecutionException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                return "the server cannot be reached (" + cause.getClass().getSimpleName() + ")";
            }
        }
        answer.cancel(true);
        return "the server did not answer within " + limit.seconds() + " s";
    }

    private @Nullable Secret address(Webhook webhook) {
        switch (webhook.kind()) {
            case "env" -> {
                String value = environment.apply(webhook.argument());
                return value == null || value.isBlank() ? null : Secret.of(value.strip());
            }
            case "aws-secret" -> {
                String[] parts = webhook.argument().split("#", 2);
                return Secret.of(stores.secretsManager(parts[0], parts.length == 2 ? parts[1] : null)
                        .value()
                        .strip());
            }
            case "aws-parameter" -> {
                return Secret.of(
                        stores.parameterStore(webhook.argument()).value().strip());
            }
            default -> {
                return read(webhook.argument());
            }
        }
    }

    private static @Nullable Secret read(String file) {
        try {
            return Secret.of(Files.readString(Path.of(file)).strip());
        } catch (IOException | java.nio.file.InvalidPathException e) {
            return null;
        }
    }

    /** How long telling may take, which becomes less when the process is to end. */
    private final class Limit {
        private final long startedAt = System.nanoTime();
        private Duration length = PATIENCE;
        private boolean shortened;

        boolean isReached() {
            Duration passed = Duration.ofNanos(System.nanoTime() - startedAt);
            if (!shortened && leaving.reason() != null) {
                shortened = true;
                length = passed.plus(LAST_PATIENCE).compareTo(PATIENCE) < 0 ? passed.plus(LAST_PATIENCE) : PATIENCE;
            }
            return passed.compareTo(length) > 0;
        }

        long seconds() {
            return length.toSeconds();
        }
    }
}
