package org.tofro.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * An event log as a plain program reads it: two threads, Jackson's streaming parser over a whole file, values into CSV as
 * they come, zstd. It checks nothing, counts nothing and does not care for bad lines. Arguments: {@code generate FOLDER
 * ROWS FILES} or {@code read FOLDER TARGET}.
 */
public final class PlainEventLog {
    private static final List<String> COLUMNS =
            List.of("event_id", "seen", "kind", "user_id", "course_id", "amount", "note", "context");

    private PlainEventLog() {}

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[1]);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        List<Future<?>> ends = new ArrayList<>();
        if (args[0].equals("generate")) {
            Files.createDirectories(folder);
            int files = Integer.parseInt(args[3]);
            int rows = Integer.parseInt(args[2]) / files;
            for (int i = 0; i < files; i++) {
                int number = i;
                ends.add(threads.submit(() -> generate(folder.resolve("events-" + number + ".json.gz"), number, rows)));
            }
        } else {
            Path target = Files.createDirectories(Path.of(args[2]));
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.sorted().toList()) {
                    ends.add(threads.submit(() -> read(file, target.resolve(file.getFileName() + ".csv.zst"))));
                }
            }
        }
        threads.shutdown();
        for (Future<?> end : ends) {
            end.get();
        }
    }

    private static Object generate(Path file, int number, int rows) throws IOException {
        Random random = new Random(number);
        try (PrintStream out = new PrintStream(
                new BufferedOutputStream(new GZIPOutputStream(Files.newOutputStream(file)), 1 << 16),
                false,
                StandardCharsets.UTF_8)) {
            for (int i = 0; i < rows; i++) {
                out.print("{\"event_id\":\"" + Long.toHexString(random.nextLong()) + "-" + i + "\",\"seen\":\""
                        + Instant.ofEpochMilli(1_795_000_000_000L + i * 137L) + "\",\"kind\":\""
                        + (i % 7 == 0 ? "enrol" : "click") + "\",\"user\":{\"id\":" + random.nextInt(9_000_000)
                        + ",\"country\":\"DE\",\"agent\":\"Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101\"},\"course_id\":"
                        + random.nextInt(5_000) + ",\"amount\":" + random.nextInt(9_999) / 100.0 + ",\"note\":"
                        + (i % 5 == 0 ? "null" : "\"note, " + i + ", with \\\"quotes\\\"\"")
                        + ",\"context\":{\"page\":\"/learn/" + i % 997 + "\",\"position\":" + i % 31
                        + ",\"tags\":[\"a\",\"b\"]},\"version\":3}\n");
            }
        }
        return file;
    }

    private static Object read(Path file, Path target) throws IOException {
        String[] row = new String[COLUMNS.size()];
        try (JsonParser json =
                        new JsonFactory().createParser(new GZIPInputStream(Files.newInputStream(file), 1 << 16));
                OutputStream out =
                        new BufferedOutputStream(new ZstdOutputStream(Files.newOutputStream(target), 1), 1 << 17)) {
            while (json.nextToken() == JsonToken.START_OBJECT) {
                members(json, row, "");
                for (int i = 0; i < row.length; i++) {
                    String value = row[i] == null ? "" : row[i];
                    boolean text = row[i] != null && (i == 0 || i == 2 || i > 5);
                    out.write(((i > 0 ? "," : "") + (text ? '"' + value.replace("\"", "\"\"") + '"' : value))
                            .getBytes(StandardCharsets.UTF_8));
                    row[i] = null;
                }
                out.write('\n');
            }
        }
        return target;
    }

    private static void members(JsonParser json, String[] row, String prefix) throws IOException {
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            int column = COLUMNS.indexOf(prefix + name);
            JsonToken token = json.nextToken();
            if (token == JsonToken.START_OBJECT && name.equals("user")) {
                members(json, row, "user_");
            } else if (column < 0) {
                json.skipChildren();
            } else if (token == JsonToken.START_OBJECT) {
                row[column] = text(json);
            } else if (token != JsonToken.VALUE_NULL) {
                row[column] = json.getText();
            }
        }
    }

    /** An object as JSON again. */
    private static String text(JsonParser json) throws IOException {
        java.io.StringWriter text = new java.io.StringWriter();
        try (var generator = new JsonFactory().createGenerator(text)) {
            generator.copyCurrentStructure(json);
        }
        return text.toString();
    }
}
