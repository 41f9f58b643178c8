package org.tofro.local.redshift;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * One UNLOAD (r_UNLOAD.html): writes the rows of a query to files, then puts them on S3. In PARALLEL mode rows take turns
 * between the files of two slices, so that nobody relies on their order.
 */
final class UnloadRun {
    private static final int SLICES = 2;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final UnloadCommand command;
    private final StoredObjects objects;
    private final FrontSettings settings;
    private final List<Part> parts = new ArrayList<>();
    private List<String> columns = List.of();
    private long rows;

    /** A file that is being written. */
    private record Part(Path file, OutputStream out, AtomicLong rows) {}

    UnloadRun(UnloadCommand command, StoredObjects objects, FrontSettings settings) {
        this.command = command;
        this.objects = objects;
        this.settings = settings;
    }

    /** Writes the files and returns what {@code pg_last_unload_count()} says. */
    long unload(Backend backend) throws IOException, RedshiftException {
        command.access().check(settings);
        StoredObjects.Address to = StoredObjects.Address.of(command.to());
        Statement query = Statement.of(command.query());
        if (query.findOutside(0, Set.of("LIMIT")) >= 0) {
            throw RedshiftException.syntax("LIMIT clause is not supported in the outer SELECT of UNLOAD");
        }
        Translation translation = Translator.translate(query);
        try {
            checkEmpty(to);
            backend.read(translation.sql(), new Backend.RowReader() {
                @Override
                public void columns(List<String> names) {
                    columns = names;
                }

                @Override
                public void row(List<@Nullable String> fields) throws IOException {
                    write(fields);
                }
            });
            for (Part part : parts) {
                part.out().close();
            }
            if (!backend.failed()) {
                put(to);
            }
            return parts.stream().mapToLong(part -> part.rows().get()).sum();
        } catch (S3Exception e) {
            throw StoredObjects.failure(e);
        } catch (SdkException e) {
            throw new RedshiftException("XX000", "S3 could not be written: " + e.getMessage());
        } finally {
            for (Part part : parts) {
                part.out().close();
                Files.deleteIfExists(part.file());
            }
        }
    }

    private void checkEmpty(StoredObjects.Address to) throws RedshiftException {
        boolean occupied = objects.client()
                .listObjectsV2(list -> list.bucket(to.bucket()).prefix(to.key()).maxKeys(1))
                .hasContents();
        if (occupied && !command.allowOverwrite()) {
            throw new RedshiftException(
                    "XX000",
                    "Specified unload destination on S3 is not empty. Consider using a different bucket / prefix, manually"
                            + " removing the target files in S3, or using the ALLOWOVERWRITE option.");
        }
    }

    private void write(List<@Nullable String> fields) throws IOException {
        int slice = command.parallel() ? (int) (rows++ % SLICES) : 0;
        if (slice == parts.size()) {
            open();
        }
        Part part = parts.get(slice);
        part.rows().incrementAndGet();
        part.out().write(line(fields).getBytes(StandardCharsets.UTF_8));
    }

    private void open() throws IOException {
        Path file = Files.createTempFile("redshift-unload", ".part");
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
        out = "GZIP".equals(command.compression())
                ? new GZIPOutputStream(out, 1 << 16)
                : "ZSTD".equals(command.compression()) ? new ZstdOutputStream(out) : out;
        parts.add(new Part(file, out, new AtomicLong()));
        if (command.header()) {
            out.write(line(new ArrayList<>(columns)).getBytes(StandardCharsets.UTF_8));
        }
    }

    private String line(List<@Nullable String> fields) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < fields.size(); i++) {
            if (i > 0) {
                line.append(command.delimiter());
            }
            String field = fields.get(i);
            line.append(field == null ? command.nullAs() : command.csv() ? csv(field) : text(field));
        }
        return line.append('\n').toString();
    }

    private String csv(String field) {
        boolean quote = field.indexOf(command.delimiter()) >= 0
                || field.indexOf('"') >= 0
                || field.indexOf('\n') >= 0
                || field.indexOf('\r') >= 0;
        return quote ? '"' + field.replace("\"", "\"\"") + '"' : field;
    }

    private String text(String field) {
        String text = field;
        if (command.escape()) {
            StringBuilder escaped = new StringBuilder();
            for (int i = 0; i < field.length(); i++) {
                char c = field.charAt(i);
                if (c == '\\' || c == '\n' || c == '\r' || c == '"' || c == '\'' || c == command.delimiter()) {
                    escaped.append('\\');
                }
                escaped.append(c);
            }
            text = escaped.toString();
        }
        return command.addQuotes() ? '"' + text + '"' : text;
    }

    private void put(StoredObjects.Address to) throws IOException {
        String extension =
                "GZIP".equals(command.compression()) ? ".gz" : "ZSTD".equals(command.compression()) ? ".zst" : "";
        ObjectNode manifest = JSON.createObjectNode();
        ArrayNode entries = manifest.putArray("entries");
        for (int i = 0; i < parts.size(); i++) {
            String name = command.parallel() ? "%04d_part_00".formatted(i) : "%03d".formatted(i);
            StoredObjects.Address address = new StoredObjects.Address(to.bucket(), to.key() + name + extension);
            Path file = parts.get(i).file();
            objects.client()
                    .putObject(put -> put.bucket(address.bucket()).key(address.key()), RequestBody.fromFile(file));
            ObjectNode entry = entries.addObject().put("url", address.uri());
            ObjectNode meta = entry.putObject("meta").put("content_length", Files.size(file));
            if (command.verbose()) {
                meta.put("record_count", parts.get(i).rows().get());
            }
        }
        // An UNLOAD of no rows writes no manifest either.
        if (command.manifest() && !parts.isEmpty()) {
            objects.client()
                    .putObject(
                            put -> put.bucket(to.bucket()).key(to.key() + "manifest"),
                            RequestBody.fromBytes(JSON.writeValueAsBytes(manifest)));
        }
    }
}
