package org.tofro.data;

import java.net.URI;
import java.nio.file.Path;

/** Where files of a staging or state area lie, as Beam's file systems want it. */
public final class AreaLocation {
    private AreaLocation() {}

    /**
     * The file system of local files takes a plain path for something new, not its address.
     *
     * @param area {@code s3://bucket/prefix/} or {@code file:/folder/}
     * @param path of a file in it
     */
    public static String of(String area, String path) {
        return area.startsWith("file:")
                ? Path.of(URI.create(area)).resolve(path).toString()
                : area + path;
    }
}
