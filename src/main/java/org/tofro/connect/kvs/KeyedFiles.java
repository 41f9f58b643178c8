package org.tofro.connect.kvs;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.StepRefusal;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.staging.AttemptPath;
import org.tofro.connect.staging.CsvDecoder;
import org.tofro.connect.staging.CsvEncoder;
import org.tofro.connect.staging.Parts;
import org.tofro.connect.staging.StagingArea;
import org.tofro.connect.warehouse.KeyedQuery;
import org.tofro.connect.warehouse.KeyedQuery.KeyForm;
import org.tofro.connect.warehouse.KeyedUnload;
import org.tofro.data.RedshiftType;
import org.tofro.data.StagedFile;
import org.tofro.data.StagedFiles;

/**
 * Puts the rows of staged files into the buckets into which the warehouse puts those of queries. On their way they stand in
 * files of this machine, as large as the rows. For one thread.
 */
final class KeyedFiles {
    private static final int BUFFER_BYTES = 8 << 10;
    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final StagingArea area;
    private final FieldSource source;
    private final SourceLayout layout;
    private final int[] places;
    private final int index;
    private final int digits;
    private final int width;
    private final MessageDigest md5;
    private final Map<String, DataOutputStream> open = new HashMap<>();
    private final Map<String, Path> spilled = new TreeMap<>();
    private long keyless;

    /**
     * Reads files of these columns.
     *
     * @param index the source's place, for the names of its files
     * @param digits how many digits name a bucket
     */
    KeyedFiles(StagingArea area, FieldSource source, SourceLayout layout, List<String> columns, int index, int digits) {
        this.area = area;
        this.source = source;
        this.layout = layout;
        this.index = index;
        this.digits = digits;
        this.width = columns.size();
        List<String> wanted = new ArrayList<>();
        layout.keys().forEach(key -> wanted.add(key.name()));
        layout.others().forEach(other -> wanted.add(other.name()));
        this.places = wanted.stream().mapToInt(columns::indexOf).toArray();
        try {
            this.md5 = MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }

    /**
     * Stages the rows anew, by bucket.
     *
     * @param path the attempt whose files they are
     * @return the files, each in a folder {@code bucket=...}
     */
    List<StagedFile> stage(StagedFiles given, AttemptPath path, long limit, Cancellation cancellation)
            throws IOException, StepRefusal {
        Path folder = Files.createTempDirectory("tofro-kvs");
        try {
            spill(given, folder, limit, cancellation);
            if (keyless > 0) {
                throw new StepRefusal("%s: %s without a value for the key; leave them out"
                        .formatted(source.origin(), keyless == 1 ? "1 row is" : keyless + " rows are"));
            }
            List<StagedFile> files = new ArrayList<>();
            for (Map.Entry<String, Path> bucket : spilled.entrySet()) {
                AttemptPath own = new AttemptPath(
                        path.pipeline(),
                        path.run(),
                        path.step(),
                        path.attempt() + "/source-" + index + "/bucket=" + bucket.getKey());
                files.addAll(encode(bucket.getValue(), own, given.nullMarker()));
            }
            return files;
        } finally {
            for (DataOutputStream out : open.values()) {
                out.close();
            }
            for (Path file : spilled.values()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder);
        }
    }

    private void spill(StagedFiles given, Path folder, long limit, Cancellation cancellation) throws IOException {
        long rows = 0;
        for (StagedFile file : given.files()) {
            try (CsvDecoder decoder = CsvDecoder.open(area.open(file), file.uri(), given.nullMarker())) {
                for (List<byte @Nullable []> row = decoder.next(); row != null; row = decoder.next()) {
                    if (row.size() != width) {
                        throw ExtractException.permanent("%s has a row of %d values, and %d columns were staged"
                                .formatted(file.uri(), row.size(), width));
                    }
                    if (rows++ == limit) {
                        break;
                    }
                    add(row, folder);
                    if (rows % 1000 == 0 && cancellation.isCancelled()) {
                        throw ExtractException.permanent(source.origin() + ": reading was cancelled");
                    }
                }
            }
        }
        for (DataOutputStream out : open.values()) {
            out.close();
        }
    }

    private void add(List<byte @Nullable []> row, Path folder) throws IOException {
        List<byte @Nullable []> kept = new ArrayList<>(places.length);
        for (int place : places) {
            kept.add(row.get(place));
        }
        String bucket = bucket(kept);
        if (bucket == null) {
            keyless++;
            return;
        }
        DataOutputStream out = open.get(bucket);
        if (out == null) {
            Path file = folder.resolve("bucket-" + bucket);
            out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES));
            open.put(bucket, out);
            spilled.put(bucket, file);
        }
        for (byte[] value : kept) {
            out.writeInt(value == null ? -1 : value.length);
            if (value != null) {
                out.write(value);
            }
        }
    }

    /** The bucket of a row's key, whose texts are made those of the warehouse; null where it has none. */
    private @Nullable String bucket(List<byte @Nullable []> row) {
        List<KeyedQuery.KeyColumn> keys = layout.keys();
        md5.reset();
        for (int i = 0; i < keys.size(); i++) {
            byte[] text = row.get(i);
            if (text == null || (text.length == 0 && keys.size() == 1)) {
                return null;
            }
            if (keys.get(i).form() == KeyForm.UUID) {
                String uuid = new String(text, StandardCharsets.UTF_8).strip().toLowerCase(Locale.ROOT);
                text = uuid.getBytes(StandardCharsets.UTF_8);
                row.set(i, text);
                if (!UUID.matcher(uuid).matches()) {
                    throw ExtractException.permanent("%s: a value of '%s' is no uuid"
                            .formatted(source.origin(), keys.get(i).name()));
                }
            }
            if (i > 0) {
                md5.update((byte) '|');
            }
            md5.update(text);
        }
        return digits == 0
                ? KeyedUnload.WHOLE
                : HexFormat.of().formatHex(md5.digest()).substring(0, digits);
    }

    private List<StagedFile> encode(Path spill, AttemptPath path, String nullMarker) throws IOException {
        Parts parts = area.parts(path, new LongAdder());
        CsvEncoder encoder = new CsvEncoder(parts, nullMarker);
        List<RedshiftType> types = layout.staged().columns().stream()
                .map(column -> SourceLayout.redshift(column.type()))
                .toList();
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(spill), 8 * BUFFER_BYTES))) {
            while (true) {
                for (int i = 0; i < types.size(); i++) {
                    int length;
                    try {
                        length = in.readInt();
                    } catch (EOFException end) {
                        encoder.finish();
                        return parts.files();
                    }
                    if (length < 0) {
                        encoder.nothing();
                    } else if (types.get(i).kind().quoted()) {
                        encoder.quoted(in.readNBytes(length));
                    } else {
                        encoder.bare(in.readNBytes(length));
                    }
                }
                encoder.endRow();
            }
        } catch (IOException | RuntimeException e) {
            encoder.abort();
            throw e;
        }
    }
}
