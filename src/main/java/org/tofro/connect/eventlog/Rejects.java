package org.tofro.connect.eventlog;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.staging.AttemptPath;
import org.tofro.connect.staging.StagingArea;

/**
 * The lines that were rejected. They wait in a file of this machine until it is known how many lines each stretch of a
 * file has, then go to the staging area as JSON lines: file, line, byte, reason, field and the line itself, which
 * is withheld where a field is masked. It is the one place where rows of a source are written down beside the staged ones. Safe for many threads.
 */
final class Rejects {
    private final List<Stretch> stretches;
    private final List<EventField> columns;
    private final Path waiting;
    private final Counts counts;
    private final boolean masked;
    private @Nullable DataOutputStream out;

    Rejects(Path folder, List<Stretch> stretches, List<EventField> columns) {
        this.waiting = folder.resolve("rejects");
        this.stretches = stretches;
        this.columns = columns;
        this.counts = new Counts(columns);
        this.masked = columns.stream().anyMatch(column -> column.mask() != null);
    }

    synchronized void add(int stretch, Lines lines, Reason reason, int field) throws IOException {
        DataOutputStream to = out;
        if (to == null) {
            to = new DataOutputStream(new BufferedOutputStream(
                    new ZstdOutputStreamNoFinalizer(Files.newOutputStream(waiting), 1), 64 << 10));
            out = to;
        }
        counts.add(reason, field);
        to.writeInt(stretch);
        to.writeLong(lines.number());
        to.writeLong(lines.offset());
        to.writeUTF(reason.name());
        to.writeInt(field);
        int length = masked ? 0 : lines.end() - lines.start();
        to.writeInt(length);
        to.write(lines.bytes(), lines.start(), length);
    }

    /** How many there are. */
    synchronized long count() {
        return counts.rejected();
    }

    /** Why, by reason and column. */
    synchronized String words() {
        return counts.words();
    }

    /**
     * Stores them.
     *
     * @param before what the file has before each stretch
     * @return where they are
     */
    synchronized String store(StagingArea area, AttemptPath path, Extent[] before) throws IOException {
        if (out != null) {
            out.close();
        }
        Path file = waiting.resolveSibling("rejects.json.zst");
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(
                        new ZstdInputStreamNoFinalizer(Files.newInputStream(waiting)), 64 << 10));
                JsonGenerator json = new JsonFactory()
                        .createGenerator(new ZstdOutputStreamNoFinalizer(Files.newOutputStream(file), 3))) {
            json.setRootValueSeparator(new com.fasterxml.jackson.core.io.SerializedString("\n"));
            for (long i = 0; i < counts.rejected(); i++) {
                write(in, json, before);
            }
            json.writeRaw('\n');
        }
        String name = path.folder() + "rejects.json.zst";
        area.put(name, file);
        return area.uri(name);
    }

    private void write(DataInputStream in, JsonGenerator json, Extent[] before) throws IOException {
        int stretch = in.readInt();
        json.writeStartObject();
        json.writeStringField("file", stretches.get(stretch).file().uri());
        json.writeNumberField("line", before[stretch].lines() + in.readLong());
        json.writeNumberField("byte", before[stretch].bytes() + in.readLong());
        Reason reason = Reason.valueOf(in.readUTF());
        int field = in.readInt();
        json.writeStringField("reason", reason.text());
        if (field >= 0) {
            json.writeStringField("field", columns.get(field).name());
        }
        byte[] line = in.readNBytes(in.readInt());
        if (masked) {
            json.writeStringField("withheld", "a field of the line is masked");
        } else if (Utf8.isValid(line, 0, line.length)) {
            json.writeStringField("text", new String(line, StandardCharsets.UTF_8));
        } else {
            json.writeBinaryField("base64", line);
        }
        json.writeEndObject();
    }
}
