package org.tofro.connect.eventlog;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.eventlog.EventLog.Contract;
import org.tofro.connect.eventlog.EventLog.Distinct;
import org.tofro.connect.eventlog.EventLog.Format;
import org.tofro.connect.eventlog.EventLog.Layout;
import org.tofro.connect.eventlog.EventLog.Tolerance;
import org.tofro.connect.eventlog.EventLog.Unknown;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.files.Compression;
import org.tofro.connect.staging.AttemptPath;
import org.tofro.connect.staging.CsvDecoder;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.RedshiftType;
import org.tofro.data.RunContext.OptionalLimit;
import org.tofro.data.StagedFile;
import org.tofro.data.StagedFiles;

/** Files of a test's own event log, and how it is read; each {@code with...} gives another reading of the same files. */
final class TestLog {
    static final AttemptPath PATH = new AttemptPath("p", "r", "s", "1");

    final Path folder;
    private final String paths;
    private final Layout layout;
    private final Contract contract;
    private final Distinct distinct;
    private final Tolerance tolerance;
    private final int readers;

    private TestLog(
            Path folder,
            String paths,
            Layout layout,
            Contract contract,
            Distinct distinct,
            Tolerance tolerance,
            int readers) {
        this.folder = folder;
        this.paths = paths;
        this.layout = layout;
        this.contract = contract;
        this.distinct = distinct;
        this.tolerance = tolerance;
        this.readers = readers;
    }

    /** JSON lines with these fields: {@code name type} or {@code name type pointer}. */
    static TestLog of(String... fields) throws IOException {
        List<EventField> read = new ArrayList<>();
        for (String field : fields) {
            String[] words = field.split(" ", 3);
            read.add(new EventField(
                    words[0],
                    words.length > 2 ? words[2] : "/" + words[0],
                    RedshiftType.parse(words[1]).orElseThrow(),
                    false,
                    null));
        }
        return new TestLog(
                Files.createTempDirectory(Path.of("target"), "log").toAbsolutePath(),
                "*",
                new Layout(Format.JSON, null, true, ""),
                new Contract(read, Unknown.IGNORE, null),
                Distinct.NONE,
                new Tolerance(BigDecimal.ZERO, false, Duration.ZERO, false),
                2);
    }

    TestLog with(Format format, boolean header, String nullAs) {
        return new TestLog(
                folder,
                paths,
                new Layout(format, layout.compression(), header, nullAs),
                contract,
                distinct,
                tolerance,
                readers);
    }

    TestLog with(Compression compression) {
        return new TestLog(
                folder,
                paths,
                new Layout(layout.format(), compression, layout.header(), layout.nullAs()),
                contract,
                distinct,
                tolerance,
                readers);
    }

    TestLog with(Unknown unknown) {
        EventField rest = unknown == Unknown.REST
                ? new EventField("rest", "", RedshiftType.varchar(RedshiftType.MAX_VARCHAR), false, null)
                : null;
        return new TestLog(
                folder, paths, layout, new Contract(contract.fields(), unknown, rest), distinct, tolerance, readers);
    }

    TestLog with(Distinct by) {
        return new TestLog(folder, paths, layout, contract, by, tolerance, readers);
    }

    TestLog with(Tolerance other) {
        return new TestLog(folder, paths, layout, contract, distinct, other, readers);
    }

    /** That many lines may be rejected, or that percentage. */
    TestLog maxRejects(String most) {
        boolean percent = most.endsWith("%");
        return with(new Tolerance(
                new BigDecimal(most.replace("%", "")), percent, tolerance.settle(), tolerance.allowEmpty()));
    }

    TestLog paths(String pattern) {
        return new TestLog(folder, pattern, layout, contract, distinct, tolerance, readers);
    }

    TestLog requiring(String name) {
        List<EventField> fields = contract.fields().stream()
                .map(field -> field.name().equals(name)
                        ? new EventField(name, field.pointer(), field.type(), true, field.epoch())
                        : field)
                .toList();
        return new TestLog(
                folder,
                paths,
                layout,
                new Contract(fields, contract.unknown(), contract.restColumn()),
                distinct,
                tolerance,
                readers);
    }

    // ---- files

    TestLog file(String name, String text) throws IOException {
        return file(name, text.getBytes(StandardCharsets.UTF_8));
    }

    TestLog file(String name, byte[] bytes) throws IOException {
        Path file = folder.resolve("in").resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
        return this;
    }

    static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    /** As messages name a file of the log. */
    String uri(String name) {
        return "file://" + folder.resolve("in").resolve(name);
    }

    // ---- reading

    EventLog log() {
        return new EventLog(List.of(uri(paths)), List.of(), layout, contract, distinct, tolerance, readers);
    }

    /** What an extract has staged. */
    record Staged(StagedFiles files, List<String> rows, List<String> notes) {}

    Staged read() throws Exception {
        return read(OptionalLimit.NONE);
    }

    Staged read(OptionalLimit limit) throws Exception {
        ExtractProgress progress = new ExtractProgress();
        try (StagingArea area = area();
                RunningSteps.Work work = RunningSteps.apart().start("s")) {
            StagedFiles files = new EventLogExtraction(log(), null, null, limit)
                    .stage(area, new AttemptPath("p", "r", "s", attempt()), work, progress, new Cancellation());
            return new Staged(files, rows(area, files), progress.notes());
        }
    }

    /** The next number that no attempt has had. */
    private String attempt() {
        String[] earlier = folder.resolve("staging/p/r/s").toFile().list();
        return String.valueOf(earlier == null ? 1 : earlier.length + 1);
    }

    StagingArea area() {
        return StagingArea.open(folder.resolve("staging").toUri().toString(), null);
    }

    /** The objects that a failed extract has left. */
    List<String> left() {
        try (StagingArea area = area()) {
            return area.list("").stream().map(object -> object.name()).toList();
        }
    }

    /** Rows in the order of their texts, values with a bar between them. */
    static List<String> rows(StagingArea area, StagedFiles files) {
        List<String> rows = new ArrayList<>();
        for (StagedFile file : files.files()) {
            try (CsvDecoder decoder = CsvDecoder.open(area.open(file), file.uri(), files.nullMarker())) {
                for (List<byte @Nullable []> row = decoder.next(); row != null; row = decoder.next()) {
                    List<String> values = new ArrayList<>();
                    for (byte[] value : row) {
                        values.add(value == null ? "<null>" : new String(value, StandardCharsets.UTF_8));
                    }
                    rows.add(String.join("|", values));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        rows.sort(null);
        return rows;
    }
}
