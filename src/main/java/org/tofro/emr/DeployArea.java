package org.tofro.emr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.staging.StagingArea;
import org.tofro.settings.S3Connection;

/**
 * What a host brings to S3 for a cluster, and what a run leaves there for the host, in the state area.
 *
 * <pre>
 *   submissions/jars/tofro-&lt;sum&gt;.jar   Tofro itself, once for each build
 *   submissions/&lt;id&gt;/bundle.zip        the pipeline with its files
 *   submissions/&lt;id&gt;/bootstrap-1.sh    scripts that the machines run first
 *   submissions/&lt;id&gt;/end.json          how the run ended, as its process would have told a shell
 *   emr-logs/...                       what EMR leaves of clusters for which no other place was named
 * </pre>
 *
 * <p>What is old is removed by its age alone, which needs no look into it and no lease: what a submission at work may need is
 * never that old, because a jar is brought again before it is.
 */
public final class DeployArea implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FOLDER = "submissions/";

    /** Where EMR leaves logs, below the state area. */
    static final String LOGS = "emr-logs/";

    /** A jar that lies there for longer is brought again. */
    private static final Duration FRESH = Duration.ofDays(7);

    /** What is younger is not removed. */
    private static final Duration NEEDED = Duration.ofDays(14);

    private static final int AT_ONCE = 1_000;

    private final StagingArea area;

    private DeployArea(StagingArea area) {
        this.area = area;
    }

    /**
     * Opens it; nothing is contacted before the first use.
     *
     * @param s3 how to reach S3; null for AWS's own defaults
     */
    public static DeployArea open(String stateArea, @Nullable S3Connection s3) {
        return new DeployArea(StagingArea.open(stateArea, s3));
    }

    /** Where the jar is, or will be: the same content has the same place. */
    public static String jarName(Path jar) throws IOException {
        try (InputStream in = Files.newInputStream(jar)) {
            MessageDigest sum = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[64 << 10];
            for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
                sum.update(buffer, 0, got);
            }
            return FOLDER + "jars/tofro-" + HexFormat.of().formatHex(sum.digest(), 0, 8) + ".jar";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** What a file of a submission is called in the state area. */
    public static String fileName(String submission, String name) {
        return FOLDER + submission + "/" + name;
    }

    /**
     * What has outlived its time.
     *
     * @param files how many files
     * @param bytes and their size
     */
    public record Outlived(long files, long bytes) {}

    /** How much there is that was written longer ago than what is kept, and longer than a submission may need it. */
    public Outlived outlived(Duration kept, Instant now) {
        return old(kept, now, names -> {});
    }

    /** Removes that; returns how much it was. */
    public Outlived removeOutlived(Duration kept, Instant now) {
        return old(kept, now, area::deleteAll);
    }

    private Outlived old(Duration kept, Instant now, Consumer<List<String>> remove) {
        Instant since = now.minus(kept.compareTo(NEEDED) > 0 ? kept : NEEDED);
        LongAdder files = new LongAdder();
        LongAdder bytes = new LongAdder();
        List<String> names = new ArrayList<>();
        for (String folder : List.of(FOLDER, LOGS)) {
            area.each(folder, object -> {
                if (object.writtenAt().isBefore(since)) {
                    files.increment();
                    bytes.add(object.bytes());
                    names.add(object.name());
                }
                if (names.size() == AT_ONCE) {
                    remove.accept(names);
                    names.clear();
                }
            });
        }
        if (!names.isEmpty()) {
            remove.accept(names);
        }
        return new Outlived(files.sum(), bytes.sum());
    }

    /**
     * Brings a file there that is not there yet, or has been for so long that it might be removed; returns whether it was
     * brought.
     */
    boolean bringOnce(String name, Path file) throws IOException {
        long size = Files.size(file);
        boolean there = isThere(name, size);
        if (!there) {
            area.put(name, file);
        }
        return !there;
    }

    /** Whether a file of that size is there, and will be as long as a submission may need it. */
    boolean isThere(String name, long size) {
        Instant fresh = Instant.now().minus(FRESH);
        return area.list(name).stream()
                .anyMatch(found -> found.name().equals(name)
                        && found.bytes() == size
                        && found.writtenAt().isAfter(fresh));
    }

    void bring(String name, byte[] content) {
        area.put(name, content);
    }

    /** The exit code that the run of a submission has left; empty where it has left none. */
    public Optional<Integer> exitCode(String submission) throws IOException {
        Optional<byte[]> end = area.read(fileName(submission, "end.json"));
        if (end.isEmpty()) {
            return Optional.empty();
        }
        JsonNode code = JSON.readTree(end.get()).path("exitCode");
        return code.isInt() ? Optional.of(code.intValue()) : Optional.empty();
    }

    @Override
    public void close() {
        area.close();
    }
}
