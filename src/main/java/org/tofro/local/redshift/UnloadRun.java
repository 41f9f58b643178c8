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
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * One UNLOAD (r_UNLOAD.html): writes the rows of a query to files, then puts them on S3. In PARALLEL mode rows take turns
 * between the files of two slices, so that nobody relies on their order. With PARTITION BY each value of the columns has a
 * folder of its own, named as Hive does.
 */
final class UnloadRun {
    private static final int SLICES = 2;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final UnloadCommand command;
    private final StoredObjects objects;
    private final FrontSettings settings;
    /** Hive's name for the folder of rows without a value. */
    private static final String NO_VALUE = "__HIVE_DEFAULT_PARTITION__";

    private final Map<String, Part> parts = new TreeMap<>();
    private List<String> columns = List.of();
    private List<Integer> partition = List.of();
    private boolean unfit;
    private long rows;

    /** A file that is being written; one of very many is compressed in the end only, as compressing takes memory. */
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
                    partition = command.partitionBy().stream()
                            .map(column -> place(names, column))
                            .toList();
                    unfit = partition.contains(-1) || (!command.include() && partition.size() == names.size());
                }

                @Override
                public void row(List<@Nullable String> fields) throws IOException {
                    if (!unfit) {
                        write(fields);
                    }
                }
            });
            if (unfit) {
                throw RedshiftException.syntax(
                        partition.contains(-1)
                                ? "partition column \"%s\" is not in the SELECT list of UNLOAD"
                                        .formatted(command.partitionBy().get(partition.indexOf(-1)))
                                : "UNLOAD needs a column that is no partition column, or INCLUDE");
            }
            for (Part part : parts.values()) {
                part.out().close();
            }
            if (!backend.failed()) {
                put(to);
            }
            return parts.values().stream().mapToLong(part -> part.rows().get()).sum();
        } catch (S3Exception e) {
            throw StoredObjects.failure(e);
        } catch (SdkException e) {
            throw new RedshiftException("XX000", "S3 could not be written: " + e.getMessage());
        } finally {
            for (Part part : parts.values()) {
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
        String name = folder(fields) + (command.parallel() ? "%04d_part_00".formatted(slice) : "%03d".formatted(slice));
        Part part = parts.get(name);
        if (part == null) {
            part = open();
            parts.put(name, part);
        }
        part.rows().incrementAndGet();
        part.out().write(line(kept(fields)).getBytes(StandardCharsets.UTF_8));
    }

    private Part open() throws IOException {
        Path file = Files.createTempFile("redshift-unload", ".part");
        boolean many = !partition.isEmpty();
        OutputStream plain = new BufferedOutputStream(Files.newOutputStream(file), many ? 1 << 12 : 1 << 16);
        OutputStream out = many ? plain : compressed(plain);
        if (command.header()) {
            out.write(line(kept(new ArrayList<>(columns))).getBytes(StandardCharsets.UTF_8));
        }
        return new Part(file, out, new AtomicLong());
    }

    private OutputStream compressed(OutputStream out) throws IOException {
        return "GZIP".equals(command.compression())
                ? new GZIPOutputStream(out, 1 << 16)
                : "ZSTD".equals(command.compression()) ? new ZstdOutputStream(out) : out;
    }

    private static int place(List<String> names, String column) {
        return names.stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .toList()
                .indexOf(column);
    }

    /** The folders of a row: {@code column=value/}. */
    private String folder(List<@Nullable String> fields) {
        StringBuilder folder = new StringBuilder();
        for (int i = 0; i < partition.size(); i++) {
            String value = fields.get(partition.get(i));
            folder.append(command.partitionBy().get(i))
                    .append('=')
                    .append(value == null || value.isEmpty() ? NO_VALUE : escaped(value))
                    .append('/');
        }
        return folder.toString();
    }

    /** As Hive escapes what a path cannot hold. */
    private static String escaped(String value) {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' || c == 0x7f || "\"#%'*/:=?\\{[]^".indexOf(c) >= 0) {
                name.append("%%%02X".formatted((int) c));
            } else {
                name.append(c);
            }
        }
        return name.toString();
    }

    private List<@Nullable String> kept(List<@Nullable String> fields) {
        if (partition.isEmpty() || command.include()) {
            return fields;
        }
        List<@Nullable String> kept = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            if (!partition.contains(i)) {
                kept.add(fields.get(i));
            }
        }
        return kept;
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
        // "A forward slash is automatically added to the end of the name-prefix value if needed."
        String prefix = to.key() + (partition.isEmpty() || to.key().endsWith("/") ? "" : "/");
        ObjectNode manifest = JSON.createObjectNode();
        ArrayNode entries = manifest.putArray("entries");
        for (Map.Entry<String, Part> named : parts.entrySet()) {
            StoredObjects.Address address = new StoredObjects.Address(to.bucket(), prefix + named.getKey() + extension);
            Part part = named.getValue();
            if (!partition.isEmpty()) {
                compress(part.file());
            }
            objects.client()
                    .putObject(
                            put -> put.bucket(address.bucket()).key(address.key()), RequestBody.fromFile(part.file()));
            ObjectNode entry = entries.addObject().put("url", address.uri());
            ObjectNode meta = entry.putObject("meta").put("content_length", Files.size(part.file()));
            if (command.verbose()) {
                meta.put("record_count", part.rows().get());
            }
        }
        // An UNLOAD of no rows writes no manifest either.
        if (command.manifest() && !parts.isEmpty()) {
            objects.client()
                    .putObject(
                            put -> put.bucket(to.bucket()).key(prefix + "manifest"),
                            RequestBody.fromBytes(JSON.writeValueAsBytes(manifest)));
        }
    }

    private void compress(Path file) throws IOException {
        Path packed = Files.createTempFile("redshift-unload", ".packed");
        try (OutputStream out = compressed(new BufferedOutputStream(Files.newOutputStream(packed)))) {
            Files.copy(file, out);
        }
        Files.move(packed, file, StandardCopyOption.REPLACE_EXISTING);
    }
}
