package org.tofro.connect.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server that answers as Secrets Manager and Systems Manager do, and refuses what is not signed and shaped as they ask.
 * While one lives, AWS's own chain finds the credentials of this JVM.
 */
public final class FakeAws implements AutoCloseable {
    public static final String KEY = "AKIATESTTESTTEST";
    private static final Pattern SIGNED =
            Pattern.compile("AWS4-HMAC-SHA256 Credential=(\\w+)/(\\d{8})/([a-z0-9-]+)/([a-z]+)/aws4_request,"
                    + " SignedHeaders=([a-z0-9;-]+), Signature=[0-9a-f]{64}");
    private static final String JSON = "application/x-amz-json-1.1";

    private final HttpServer server;
    private final Map<String, String> secrets = new HashMap<>();
    private final Map<String, String> parameters = new HashMap<>();
    private final Deque<Answer> troubles = new ArrayDeque<>();
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());

    private record Answer(int status, String body) {}

    public FakeAws() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
        System.setProperty("aws.accessKeyId", KEY);
        System.setProperty("aws.secretAccessKey", "test/secret/access/key");
    }

    /** A secret as Secrets Manager answers it: {@code "SecretString": "..."} or another field. */
    public FakeAws secret(String id, String field, String value) throws IOException {
        secrets.put(id, JsonMapper.builder().build().writeValueAsString(Map.of("Name", id, field, value)));
        return this;
    }

    public FakeAws parameter(String name, String value) throws IOException {
        parameters.put(
                name,
                JsonMapper.builder()
                        .build()
                        .writeValueAsString(Map.of("Parameter", Map.of("Name", name, "Value", value))));
        return this;
    }

    /** The next request is answered so, whatever it is. */
    public FakeAws trouble(int status, String code) {
        troubles.add(new Answer(status, "{\"__type\": \"" + code + "\", \"message\": \"it is arn:secret:thing\"}"));
        return this;
    }

    public String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** What has been asked for: {@code service region operation body}. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** AWS's usual variables, for this server and a region. */
    public Function<String, String> environment() {
        return Map.of("AWS_REGION", "eu-west-1", "AWS_ENDPOINT_URL", endpoint())::get;
    }

    private void handle(HttpExchange exchange) throws IOException {
        Answer answer;
        try {
            answer = answer(exchange);
        } catch (IllegalArgumentException malformed) {
            answer = new Answer(400, "{\"__type\": \"InvalidSignatureException\", \"message\": \"\"}");
            requests.add("malformed: " + malformed.getMessage());
        }
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", JSON);
        exchange.sendResponseHeaders(answer.status(), body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    private Answer answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Matcher signed =
                SIGNED.matcher(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
        demand(signed.matches(), "Authorization");
        demand(signed.group(1).equals(KEY), "access key");
        String moment = String.valueOf(exchange.getRequestHeaders().getFirst("X-Amz-Date"));
        demand(moment.startsWith(signed.group(2)), "date");
        demand(
                List.of(signed.group(5).split(";")).containsAll(List.of("host", "x-amz-date", "x-amz-target")),
                "signed headers");
        demand(
                exchange.getRequestMethod().equals("POST")
                        && exchange.getRequestURI().getPath().equals("/"),
                "request line");
        demand(JSON.equals(exchange.getRequestHeaders().getFirst("Content-Type")), "content type");
        String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
        requests.add(signed.group(4) + " " + signed.group(3) + " " + target + " " + body);
        if (!troubles.isEmpty()) {
            return troubles.remove();
        }
        JsonNode asked = JsonMapper.builder().build().readTree(body);
        boolean manager = signed.group(4).equals("secretsmanager");
        demand(target.equals(manager ? "secretsmanager.GetSecretValue" : "AmazonSSM.GetParameter"), "target");
        String found = manager
                ? secrets.get(asked.path("SecretId").asText())
                : parameters.get(asked.path("Name").asText());
        return found != null
                ? new Answer(200, found)
                : new Answer(
                        400,
                        "{\"__type\": \"" + (manager ? "ResourceNotFoundException" : "ParameterNotFound")
                                + "\", \"message\": \"\"}");
    }

    private static void demand(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException(what);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }
}
