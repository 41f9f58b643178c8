package org.tofro.connect.transform;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.staging.AttemptPath;
import org.tofro.connect.staging.CsvDecoder;
import org.tofro.connect.staging.CsvEncoder;
import org.tofro.connect.staging.NullMarker;
import org.tofro.connect.staging.Parts;
import org.tofro.connect.staging.StagingArea;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.data.Column;
import org.tofro.data.Mask;
import org.tofro.data.RedshiftType;
import org.tofro.data.RunContext;
import org.tofro.data.Schema;
import org.tofro.data.StagedFiles;
import org.tofro.data.WorkRules;

/** One attempt at a transform in a test, on a staging area in a folder of its own. */
final class Attempt implements AutoCloseable {
    final StagingArea area;
    final ExtractProgress progress = new ExtractProgress();
    final Cancellation cancellation = new Cancellation();
    private final List<InputFiles> inputs = new ArrayList<>();
    private Map<String, String> combination = Map.of();
    private int attempts;
    private Duration timeout = Duration.ofMinutes(1);

    Attempt(Path folder) {
        area = StagingArea.open(folder.toUri().toString(), null);
    }

    static ColumnChoice column(String name, String type) {
        return new ColumnChoice(name, null, type);
    }

    Attempt within(Duration longest) {
        timeout = longest;
        return this;
    }

    Attempt with(Map<String, String> values) {
        combination = values;
        return this;
    }

    /** Adds an input; a row is its values, and null is NULL. */
    Attempt input(String node, List<ColumnChoice> columns, List<List<@Nullable String>> rows) {
        return input(new TransformInput(node, inputs.size() + 1, null, Map.of()), columns, rows);
    }

    Attempt input(TransformInput input, List<ColumnChoice> columns, List<List<@Nullable String>> rows) {
        AttemptPath path = new AttemptPath("p", "r", "input" + inputs.size(), "a");
        Parts parts = area.parts(path, new LongAdder(), 200);
        String marker = NullMarker.generate();
        CsvEncoder encoder = new CsvEncoder(parts, marker);
        for (List<@Nullable String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                String value = row.get(i);
                byte[] bytes = value == null ? null : value.getBytes(StandardCharsets.UTF_8);
                boolean quoted = RedshiftType.parse(
                                String.valueOf(columns.get(i).type()))
                        .orElseThrow()
                        .kind()
                        .quoted();
                if (bytes == null) {
                    encoder.nothing();
                } else if (quoted) {
                    encoder.quoted(bytes);
                } else {
                    encoder.bare(bytes);
                }
            }
            encoder.endRow();
        }
        encoder.finish();
        List<Column> schema = columns.stream()
                .map(column -> new Column(column.name(), String.valueOf(column.type()), "test"))
                .toList();
        inputs.add(new InputFiles(
                input,
                new StagedFiles(
                        input.node(),
                        "a",
                        StagedFiles.FileFormat.CSV_ZSTD,
                        marker,
                        new Schema(schema),
                        rows.size(),
                        parts.files(),
                        null)));
        return this;
    }

    Transformation.Made make(Transformation transformation) throws Exception {
        RunContext run = new RunContext(
                "p",
                "r",
                1,
                Instant.parse("2026-11-23T00:00:00Z"),
                Instant.parse("2026-11-24T00:00:00Z"),
                RunContext.OptionalLimit.NONE,
                false,
                Map.of(),
                WorkRules.NONE);
        try (RunningSteps.Work running = RunningSteps.apart(new WorkRules(Map.of("s", timeout), 1, null, Mask.NONE))
                .start("s")) {
            running.onCancel(cancellation::cancel);
            return transformation.make(new Transformation.Given(
                    inputs,
                    area,
                    new AttemptPath("p", "r", "s", "b" + ++attempts),
                    run,
                    combination,
                    running,
                    progress,
                    cancellation));
        }
    }

    /** The rows of staged files, as they would be loaded. */
    List<List<@Nullable String>> rows(StagedFiles files) throws IOException {
        List<List<@Nullable String>> rows = new ArrayList<>();
        for (var file : files.files()) {
            try (CsvDecoder decoder = CsvDecoder.open(area.open(file), file.uri(), files.nullMarker())) {
                for (List<byte @Nullable []> row = decoder.next(); row != null; row = decoder.next()) {
                    rows.add(row.stream()
                            .map(value -> value == null ? null : new String(value, StandardCharsets.UTF_8))
                            .collect(ArrayList::new, ArrayList::add, ArrayList::addAll));
                }
            }
        }
        return rows;
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    static List<List<@Nullable String>> table(List<@Nullable String>... rows) {
        return Arrays.asList(rows);
    }

    static List<@Nullable String> row(@Nullable String... values) {
        return Arrays.asList(values);
    }

    /** What is left in the staging area beside the inputs. */
    List<String> left() {
        return area.list("").stream()
                .map(object -> object.name())
                .filter(name -> !name.contains("/input"))
                .toList();
    }

    @Override
    public void close() {
        area.close();
    }
}
