package org.tofro.data;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A small file that travels with a step to the worker that needs it, such as a script. */
public final class FileContent implements Serializable {
    private final String path;
    private final byte[] bytes;

    /** @param path its name, or its path below a folder that it came from, with slashes */
    public FileContent(String path, byte[] bytes) {
        this.path = path;
        this.bytes = bytes.clone();
    }

    public String path() {
        return path;
    }

    /** The name without folders. */
    public String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    public int size() {
        return bytes.length;
    }

    /** The first line, without its end; cut after a kilobyte. */
    public String firstLine() {
        int end = 0;
        while (end < Math.min(bytes.length, 1024) && bytes[end] != '\n') {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FileContent file && path.equals(file.path) && Arrays.equals(bytes, file.bytes);
    }

    @Override
    public int hashCode() {
        return 31 * path.hashCode() + Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return path + " (" + bytes.length + " bytes)";
    }
}
