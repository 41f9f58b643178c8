package org.tofro.connect.files;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.extract.ExtractException;
import org.tofro.data.Durations;
import org.tofro.settings.S3Connection;

/** Whether files are there that somebody waits for, and what is missing of them. It lists, and reads none. */
public final class AwaitedListing {
    private static final int SHOWN = 3;

    private AwaitedListing() {}

    /**
     * Files that are to be there.
     *
     * @param path their address or pattern
     * @param marker the address of a file that says that they are complete; null for none
     * @param atLeast how many there are to be, without the marker
     */
    public record Wanted(String path, @Nullable String marker, int atLeast) {}

    /**
     * Looks at all of them.
     *
     * @param settle how long nobody has written to them
     * @param s3 how to reach S3; null for folders
     * @return what is found and what is missing, in words; empty where all is there
     */
    public static Optional<String> missing(List<Wanted> all, Duration settle, @Nullable S3Connection s3, Instant now) {
        List<String> missing = new ArrayList<>();
        int more = 0;
        try (FileSource source = FileSource.of(all.get(0).path(), s3)) {
            for (Wanted wanted : all) {
                Optional<String> what = missing(source, wanted, settle, now);
                if (what.isPresent() && missing.size() < SHOWN) {
                    missing.add(what.get());
                } else if (what.isPresent()) {
                    more++;
                }
            }
        } catch (ExtractException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
        if (more > 0) {
            missing.add("and " + more + " more " + (more == 1 ? "path" : "paths") + " not complete");
        }
        return missing.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", missing));
    }

    private static Optional<String> missing(FileSource source, Wanted wanted, Duration settle, Instant now) {
        List<SourceFile> files = source.list(PathPattern.of(wanted.path())).stream()
                .filter(file -> wanted.marker() == null || !file.uri().equals(uri(wanted.marker())))
                .toList();
        List<String> parts = new ArrayList<>();
        if (files.size() < wanted.atLeast()) {
            parts.add(found(files, wanted));
        }
        List<SourceFile> fresh = files.stream()
                .filter(file -> !settle.isZero() && file.changed().isAfter(now.minus(settle)))
                .toList();
        if (!fresh.isEmpty()) {
            parts.add(shown(fresh) + (fresh.size() == 1 ? " was" : " were") + " written to less than "
                    + Durations.words(settle) + " ago");
        }
        if (wanted.marker() != null
                && source.list(PathPattern.file(uri(wanted.marker()))).isEmpty()) {
            parts.add("there is no marker " + wanted.marker()
                    + (files.size() < wanted.atLeast()
                            ? ""
                            : ", though " + count(files.size()) + " matched " + wanted.path()));
        }
        return parts.isEmpty() ? Optional.empty() : Optional.of(String.join(", and ", parts));
    }

    private static String found(List<SourceFile> files, Wanted wanted) {
        if (files.isEmpty()) {
            return (wanted.atLeast() == 1 ? "there is no file " : "there is none of " + wanted.atLeast() + " files ")
                    + wanted.path();
        }
        return "there " + (files.size() == 1 ? "is " : "are ") + files.size() + " of " + wanted.atLeast() + " files "
                + wanted.path() + " (" + shown(files) + ")";
    }

    private static String count(int files) {
        return files == 1 ? "1 file" : files + " files";
    }

    private static String shown(List<SourceFile> files) {
        String some = String.join(
                ", ", files.stream().limit(SHOWN).map(SourceFile::uri).toList());
        return files.size() > SHOWN ? some + " and " + (files.size() - SHOWN) + " more" : some;
    }

    /** As listings spell it. */
    private static String uri(String address) {
        return address.startsWith("file:")
                ? "file:///" + address.substring("file:".length()).replaceFirst("^/+", "")
                : address;
    }
}
