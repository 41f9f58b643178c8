package org.tofro.secrecy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All that a Flink shows by REST, which its web page shows too. */
public final class FlinkPages {
    private static final List<String> OF_CLUSTER = List.of(
            "/config", "/overview", "/jobs/overview", "/jobmanager/config", "/jobmanager/environment", "/taskmanagers");
    private static final List<String> OF_JOB =
            List.of("", "/plan", "/config", "/accumulators", "/exceptions", "/checkpoints/config");

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
    private final String address;

    private FlinkPages(String address) {
        this.address = address;
    }

    /** The Flink at that address, such as {@code http://127.0.0.1:8081}. */
    public static FlinkPages at(String address) {
        return new FlinkPages(address);
    }

    /** The Flink that this process has embedded: one of the ports of this machine on which somebody listens. */
    public static Optional<FlinkPages> embedded() throws IOException, InterruptedException {
        for (String table : List.of("tcp", "tcp6")) {
            for (String line : Files.readAllLines(Path.of("/proc/self/net/" + table))) {
                String[] fields = line.strip().split("\\s+");
                if (fields.length > 9 && fields[3].equals("0A") && isOurs(fields[9])) {
                    int port = Integer.parseInt(fields[1].substring(fields[1].indexOf(':') + 1), 16);
                    FlinkPages pages = new FlinkPages("http://127.0.0.1:" + port);
                    if (pages.get("/config").contains("flink-version")) {
                        return Optional.of(pages);
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isOurs(String inode) throws IOException {
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            return files.anyMatch(file -> {
                try {
                    return Files.readSymbolicLink(file).toString().equals("socket:[" + inode + "]");
                } catch (IOException closed) {
                    return false;
                }
            });
        }
    }

    /** Each page by its path. */
    public Map<String, String> all() throws IOException, InterruptedException {
        Map<String, String> pages = new LinkedHashMap<>();
        for (String path : OF_CLUSTER) {
            pages.put(path, get(path));
        }
        for (JsonNode job : json("/jobs/overview").path("jobs")) {
            String of = "/jobs/" + job.path("jid").asText();
            for (String path : OF_JOB) {
                pages.put(of + path, get(of + path));
            }
            for (JsonNode vertex : json(of).path("vertices")) {
                for (String path : List.of("", "/accumulators", "/subtasks/accumulators")) {
                    String page = of + "/vertices/" + vertex.path("id").asText() + path;
                    pages.put(page, get(page));
                }
            }
        }
        return pages;
    }

    private JsonNode json(String path) throws IOException, InterruptedException {
        return JsonMapper.builder().build().readTree(get(path));
    }

    private String get(String path) throws InterruptedException {
        try {
            return client.send(
                            HttpRequest.newBuilder(URI.create(address + path))
                                    .timeout(Duration.ofSeconds(5))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8))
                    .body();
        } catch (IOException other) {
            // It speaks something else.
            return "";
        }
    }
}
