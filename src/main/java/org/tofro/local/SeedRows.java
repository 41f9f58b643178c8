package org.tofro.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The records of a seed's CSV file: an unquoted empty field is NULL, a quoted one is an empty string. */
final class SeedRows implements AutoCloseable {
    private final Path file;
    private final BufferedReader in;
    private int line;
    private int nextLine = 1;
    private int peeked;

    SeedRows(Path file) throws IOException {
        this.file = file;
        this.in = Files.newBufferedReader(file);
        this.peeked = in.read();
        if (peeked == '\uFEFF') {
            peeked = in.read();
        }
    }

    /** The line in which the last record begins. */
    int line() {
        return line;
    }

    /** The next record, or null at the end. */
    @Nullable
    List<@Nullable String> next() throws IOException {
        if (peeked < 0) {
            return null;
        }
        line = nextLine;
        List<@Nullable String> fields = new ArrayList<>();
        while (true) {
            fields.add(peeked == '"' ? quoted() : plain());
            int end = take();
            if (end == ',') {
                continue;
            }
            if (end == '\r' && peeked == '\n') {
                end = take();
            }
            if (end >= 0 && end != '\n') {
                throw new StackException(file + ":" + nextLine + ": text follows a closing quote");
            }
            nextLine++;
            return fields;
        }
    }

    private @Nullable String plain() throws IOException {
        StringBuilder field = new StringBuilder();
        while (peeked >= 0 && peeked != ',' && peeked != '\n' && peeked != '\r') {
            field.append((char) take());
        }
        return field.isEmpty() ? null : field.toString();
    }

    private String quoted() throws IOException {
        StringBuilder field = new StringBuilder();
        take();
        while (true) {
            int c = take();
            if (c < 0) {
                throw new StackException(file + ":" + line + ": a quoted field does not end");
            }
            if (c == '"') {
                if (peeked != '"') {
                    return field.toString();
                }
                take();
            }
            if (c == '\n') {
                nextLine++;
            }
            field.append((char) c);
        }
    }

    private int take() throws IOException {
        int taken = peeked;
        peeked = in.read();
        return taken;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
