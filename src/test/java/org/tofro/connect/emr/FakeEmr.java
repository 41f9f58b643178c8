package org.tofro.connect.emr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * EMR's endpoint as far as Tofro asks it, over HTTP and AWS's JSON protocol: it takes no request whose signature is not that of
 * its content and credentials, or which has a field that EMR does not know, and plays the lives of clusters and steps that a
 * test has written for it.
 */
public final class FakeEmr implements AutoCloseable {
    /** As quick as a test wants it. */
    public static final Pace PACE = new Pace(Duration.ofMillis(20), Duration.ofMillis(5), 5);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REGION = "eu-west-1";

    /** A request as it came. */
    public record Call(String action, JsonNode body) {}

    private record Answer(Refusal refusal, boolean done) {}

    private final HttpServer server;
    private final RequestSignature signature;
    private final Map<String, @Nullable String> before = new HashMap<>();
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final Map<String, Deque<Answer>> answers = new HashMap<>();
    private final Map<String, ObjectNode> clusters = new LinkedHashMap<>();
    private final Map<String, ObjectNode> steps = new LinkedHashMap<>();
    private final List<String> clusterStates = new ArrayList<>(List.of("STARTING", "BOOTSTRAPPING", "RUNNING"));
    private final List<String> stepStates = new ArrayList<>(List.of("PENDING", "PENDING", "RUNNING", "COMPLETED"));
    private final Map<String, List<String>> ownStates = new LinkedHashMap<>();
    private @Nullable ObjectNode clusterReason;
    private @Nullable ObjectNode failure;
    private Consumer<JsonNode> onRunning = step -> {};

    private FakeEmr(HttpServer server, RequestSignature signature) {
        this.server = server;
        this.signature = signature;
    }

    /** Starts it, and has AWS's client of this JVM find it, as {@code AWS_ENDPOINT_URL_EMR} would. */
    public static FakeEmr start() throws IOException {
        return start("key", "secret");
    }

    /** The same for these credentials, by which S3 is asked too. */
    public static FakeEmr start(String accessKey, String secretKey) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        FakeEmr fake = new FakeEmr(server, new RequestSignature(accessKey, secretKey, REGION, "elasticmapreduce"));
        server.createContext("/", fake::handle);
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
        fake.property("aws.endpointUrlEmr", fake.endpoint());
        fake.property("aws.accessKeyId", accessKey);
        fake.property("aws.secretAccessKey", secretKey);
        fake.property("aws.region", REGION);
        return fake;
    }

    /** Sets a property of this JVM until it is closed. */
    public void property(String name, String value) {
        before.putIfAbsent(name, System.getProperty(name));
        System.setProperty(name, value);
    }

    public String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The states that a cluster goes through, one at each look; the last stays. */
    public synchronized FakeEmr clusterStates(String... states) {
        clusterStates.clear();
        clusterStates.addAll(List.of(states));
        return this;
    }

    /** The states that a step goes through, likewise. */
    public synchronized FakeEmr stepStates(String... states) {
        stepStates.clear();
        stepStates.addAll(List.of(states));
        return this;
    }

    /** The same for steps whose name ends so. */
    public synchronized FakeEmr stepStatesOf(String end, String... states) {
        ownStates.put(end, List.of(states));
        return this;
    }

    /** Why clusters change their state. */
    public FakeEmr clusterReason(String code, String message) {
        clusterReason = JSON.createObjectNode().put("Code", code).put("Message", message);
        return this;
    }

    /** Why steps fail. */
    public FakeEmr stepFailure(String reason, String message, String logFile) {
        failure = JSON.createObjectNode()
                .put("Reason", reason)
                .put("Message", message)
                .put("LogFile", logFile);
        return this;
    }

    /** What happens on the cluster when its step begins to run. */
    public FakeEmr onRunning(Consumer<JsonNode> work) {
        onRunning = work;
        return this;
    }

    /** Answers the next calls of an action with an error, and does nothing. */
    public FakeEmr refuse(String action, int times, int status, String type, String message) {
        for (int i = 0; i < times; i++) {
            answers.computeIfAbsent(action, name -> new ArrayDeque<>())
                    .add(new Answer(new Refusal(status, type, message), false));
        }
        return this;
    }

    public FakeEmr throttle(String action, int times) {
        return refuse(action, times, 400, "ThrottlingException", "Rate exceeded");
    }

    /** Does what the next call asks for, and then breaks off the connection in place of an answer. */
    public FakeEmr loseAnswer(String action) {
        answers.computeIfAbsent(action, name -> new ArrayDeque<>()).add(new Answer(Refusal.of("", ""), true));
        return this;
    }

    /** A cluster that is there already. */
    public synchronized FakeEmr cluster(String id, String name, String state) {
        clusters.put(id, JSON.createObjectNode().put("Id", id).put("Name", name).put("state", state));
        return this;
    }

    public List<Call> calls() {
        return List.copyOf(calls);
    }

    public List<String> actions() {
        return calls.stream().map(Call::action).toList();
    }

    /** The bodies of all calls of an action. */
    public List<JsonNode> bodies(String action) {
        return calls.stream()
                .filter(call -> call.action().equals(action))
                .map(Call::body)
                .toList();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String target = String.valueOf(exchange.getRequestHeaders().getFirst("X-Amz-Target"));
        String action = target.replace("ElasticMapReduce.", "");
        byte[] content = exchange.getRequestBody().readAllBytes();
        JsonNode body = JSON.readTree(content);
        calls.add(new Call(action, body));
        try {
            signature.demand(exchange, content);
            demandRequest(exchange, target, body);
            Answer special = next(action);
            if (special != null && !special.done()) {
                throw special.refusal();
            }
            JsonNode made = act(action, body);
            if (special != null) {
                exchange.close();
                return;
            }
            answer(exchange, 200, made);
        } catch (Refusal e) {
            answer(exchange, e.status(), e.body());
        } catch (RuntimeException e) {
            answer(
                    exchange,
                    500,
                    Refusal.of("InternalServerException", String.valueOf(e)).body());
        }
    }

    private synchronized @Nullable Answer next(String action) {
        Deque<Answer> queue = answers.get(action);
        return queue == null ? null : queue.poll();
    }

    private static void demandRequest(HttpExchange exchange, String target, JsonNode body) throws Refusal {
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        if (!"application/x-amz-json-1.1".equals(type) || !target.startsWith("ElasticMapReduce.")) {
            throw Refusal.of("UnknownOperationException", "no request of AWS's JSON protocol to EMR: " + target);
        }
        String wrong = RequestModel.wrong(target.replace("ElasticMapReduce.", ""), body);
        if (wrong != null) {
            throw Refusal.of("ValidationException", wrong);
        }
    }

    private synchronized JsonNode act(String action, JsonNode body) throws Refusal {
        return switch (action) {
            case "RunJobFlow" -> {
                String id = "j-" + (clusters.size() + 1) + "TOFRO";
                int atOnce = body.path("StepConcurrencyLevel").asInt(1);
                demandActions(atOnce, body.get("Steps"));
                clusters.put(
                        id,
                        JSON.createObjectNode()
                                .put("Id", id)
                                .put("Name", body.get("Name").asText())
                                .put("atOnce", atOnce)
                                .put("LogUri", body.path("LogUri").asText("s3://logs/")));
                add(id, body.get("Steps"));
                yield JSON.createObjectNode().put("JobFlowId", id);
            }
            case "AddJobFlowSteps" -> {
                demandActions(cluster(body.get("JobFlowId")).path("atOnce").asInt(1), body.get("Steps"));
                ArrayNode ids = add(body.get("JobFlowId").asText(), body.get("Steps"));
                yield JSON.createObjectNode().set("StepIds", ids);
            }
            case "DescribeCluster" -> JSON.createObjectNode().set("Cluster", describe(cluster(body.get("ClusterId"))));
            case "DescribeStep" ->
                JSON.createObjectNode()
                        .set("Step", look(steps.get(body.get("StepId").asText())));
            case "ListSteps" -> list(body);
            case "ListClusters" -> listClusters(body);
            case "TerminateJobFlows" -> {
                for (JsonNode id : body.get("JobFlowIds")) {
                    cluster(id).put("state", "TERMINATING");
                }
                yield JSON.createObjectNode();
            }
            default -> {
                body.get("StepIds").forEach(id -> steps.get(id.asText()).put("state", "CANCELLED"));
                yield JSON.createObjectNode().set("CancelStepsInfoList", JSON.createArrayNode());
            }
        };
    }

    /** Where several steps run at once, none of them may end the cluster when it fails. */
    private static void demandActions(int atOnce, JsonNode added) throws Refusal {
        for (JsonNode step : added) {
            String action = step.path("ActionOnFailure").asText("CONTINUE");
            if (atOnce > 1 && !action.equals("CONTINUE")) {
                throw Refusal.of(
                        "ValidationException",
                        "ActionOnFailure " + action + " is not valid where StepConcurrencyLevel is " + atOnce);
            }
        }
    }

    private ObjectNode cluster(JsonNode id) throws Refusal {
        ObjectNode found = clusters.get(id.asText());
        if (found == null) {
            throw Refusal.of("InvalidRequestException", "Cluster id '" + id.asText() + "' is not valid.");
        }
        return found;
    }

    private ArrayNode add(String cluster, JsonNode added) {
        ArrayNode ids = JSON.createArrayNode();
        for (JsonNode step : added) {
            String id = "s-" + (steps.size() + 1) + "TOFRO";
            ObjectNode node = JSON.createObjectNode()
                    .put("Id", id)
                    .put("Name", step.get("Name").asText())
                    .put("cluster", cluster);
            node.set("config", step);
            steps.put(id, node);
            ids.add(id);
        }
        return ids;
    }

    private ObjectNode describe(ObjectNode cluster) {
        int looks = cluster.path("looks").asInt();
        cluster.put("looks", looks + 1);
        String state = cluster.has("state")
                ? cluster.get("state").asText()
                : clusterStates.get(Math.min(looks, clusterStates.size() - 1));
        ObjectNode status = JSON.createObjectNode().put("State", state);
        if (clusterReason != null) {
            status.set("StateChangeReason", clusterReason);
        }
        ObjectNode described = JSON.createObjectNode()
                .put("Id", cluster.get("Id").asText())
                .put("Name", cluster.get("Name").asText());
        if (cluster.has("LogUri")) {
            described.put("LogUri", cluster.get("LogUri").asText());
        }
        return described.set("Status", status);
    }

    private ObjectNode look(ObjectNode step) {
        int looks = step.path("looks").asInt();
        String name = step.get("Name").asText();
        List<String> states = ownStates.keySet().stream()
                .filter(name::endsWith)
                .findFirst()
                .map(ownStates::get)
                .orElse(stepStates);
        String state = states.get(Math.min(looks, states.size() - 1));
        if (step.path("state").asText().equals("CANCELLED") || (!state.equals("PENDING") && hasToWait(step))) {
            return shown(step);
        }
        step.put("looks", looks + 1);
        step.put("state", state);
        if (state.equals("RUNNING") && !step.path("begun").asBoolean()) {
            step.put("begun", true);
            onRunning.accept(step.get("config"));
        }
        return shown(step);
    }

    /** A cluster runs one step at a time, where it was not started for more. */
    private boolean hasToWait(ObjectNode step) {
        String cluster = step.get("cluster").asText();
        long others = steps.values().stream()
                .filter(other -> other != step && other.get("cluster").asText().equals(cluster))
                .filter(other -> other.path("state").asText().equals("RUNNING"))
                .count();
        return others >= clusters.get(cluster).path("atOnce").asInt(1);
    }

    private ObjectNode shown(ObjectNode step) {
        String state = step.path("state").asText("PENDING");
        ObjectNode status = JSON.createObjectNode().put("State", state);
        if (state.equals("FAILED") && failure != null) {
            status.set("FailureDetails", failure);
        }
        return JSON.createObjectNode()
                .put("Id", step.get("Id").asText())
                .put("Name", step.get("Name").asText())
                .set("Status", status);
    }

    private JsonNode list(JsonNode body) {
        List<String> states = new ArrayList<>();
        body.path("StepStates").forEach(state -> states.add(state.asText()));
        ArrayNode found = JSON.createArrayNode();
        for (ObjectNode step : steps.values()) {
            ObjectNode shown = shown(step);
            String state = shown.get("Status").get("State").asText();
            if (step.get("cluster").asText().equals(body.get("ClusterId").asText())
                    && (states.isEmpty() || states.contains(state))) {
                found.insert(0, shown);
            }
        }
        return JSON.createObjectNode().set("Steps", found);
    }

    private JsonNode listClusters(JsonNode body) {
        List<String> states = new ArrayList<>();
        body.path("ClusterStates").forEach(state -> states.add(state.asText()));
        ArrayNode found = JSON.createArrayNode();
        for (ObjectNode cluster : clusters.values()) {
            String state = cluster.path("state").asText("STARTING");
            if (states.contains(state)) {
                ObjectNode shown = JSON.createObjectNode()
                        .put("Id", cluster.get("Id").asText())
                        .put("Name", cluster.get("Name").asText());
                shown.set("Status", JSON.createObjectNode().put("State", state));
                found.add(shown);
            }
        }
        return JSON.createObjectNode().set("Clusters", found);
    }

    private static void answer(HttpExchange exchange, int status, JsonNode body) throws IOException {
        byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        before.forEach((name, value) -> {
            if (value == null) {
                System.clearProperty(name);
            } else {
                System.setProperty(name, value);
            }
        });
    }
}
