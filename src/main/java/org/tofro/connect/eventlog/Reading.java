package org.tofro.connect.eventlog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.files.FileSource;
import org.tofro.connect.files.SourceFile;
import org.tofro.connect.staging.AttemptPath;
import org.tofro.connect.staging.CsvEncoder;
import org.tofro.connect.staging.NullMarker;
import org.tofro.connect.staging.Parts;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.CursorRange;
import org.tofro.data.EventFile;
import org.tofro.data.LeftOut;
import org.tofro.data.RunContext.OptionalLimit;
import org.tofro.data.StagedFiles;

/**
 * One go at an event log: its files are listed, read by threads side by side, made distinct where that is asked for, and
 * listed again, so that what was read is what is there.
 *
 * <p>Memory per reader: a line and its row, of at most 4 MB each, and a part's buffers.
 */
final class Reading {
    /** Beyond the rejects that are allowed, so many more are collected, to show what is wrong, before reading ends. */
    private static final long MORE_REJECTS = 10_000;

    /** What is remembered of a partition has some 40 MB. */
    private static final int MOST_PARTITIONS_AT_ONCE = 2;

    private final EventLog log;
    private final FileSource source;
    private final StagingArea area;
    private final AttemptPath path;
    private final OptionalLimit limit;
    private final ExtractProgress progress;
    private final Cancellation cancellation;
    private final Parts parts;
    private final String nullMarker = NullMarker.generate();

    Reading(
            EventLog log,
            FileSource source,
            StagingArea area,
            AttemptPath path,
            OptionalLimit limit,
            ExtractProgress progress,
            Cancellation cancellation) {
        this.log = log;
        this.source = source;
        this.area = area;
        this.path = path;
        this.limit = limit;
        this.progress = progress;
        this.cancellation = cancellation;
        this.parts = area.parts(path, progress.storedBytes());
    }

    StagedFiles read(@Nullable CursorRange range) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("tofro-events-");
        try {
            progress.phase("listing files");
            Listing before = Listing.of(source, log);
            before.demandReadable(log);
            progress.phase("reading");
            StagedFiles staged = read(before.all(), folder, range);
            before.demandSame(Listing.of(source, log));
            return staged;
        } catch (RuntimeException | IOException | InterruptedException e) {
            parts.discard();
            if (cancellation.isCancelled() && !(e instanceof InterruptedException)) {
                throw ExtractException.permanent("the extract was cancelled");
            }
            throw e;
        } finally {
            remove(folder);
        }
    }

    private StagedFiles read(List<SourceFile> files, Path folder, @Nullable CursorRange range)
            throws IOException, InterruptedException {
        List<Stretch> stretches = Stretch.of(files, log, Stretch.BYTES, Stretch.Borders.of(source));
        Rejects rejects = new Rejects(folder, stretches, log.contract().columns());
        Distinct distinct = log.distinct().by().isEmpty() ? null : new Distinct(folder, "rows", 0);
        Extent[] extents = new Extent[stretches.size()];
        Arrays.fill(extents, Extent.NONE);
        long read = readAll(stretches, rejects, distinct, extents);
        demandFew(rejects, read, stretches, extents);
        long duplicates = distinct == null ? 0 : takeFirsts(distinct, folder);
        if (cancellation.isCancelled()) {
            throw ExtractException.permanent("the extract was cancelled");
        }
        progress.note("read %d file%s of %d bytes"
                .formatted(
                        files.size(),
                        files.size() == 1 ? "" : "s",
                        files.stream().mapToLong(SourceFile::bytes).sum()));
        return new StagedFiles(
                path.step(),
                path.attempt(),
                StagedFiles.FileFormat.CSV_ZSTD,
                nullMarker,
                log.schema(),
                read,
                new LeftOut(rejects.count(), duplicates),
                parts.files(),
                range,
                files.stream()
                        .map(file -> new EventFile(file.uri(), file.version(), file.bytes()))
                        .toList());
    }

    // ---- reading

    private long readAll(List<Stretch> stretches, Rejects rejects, @Nullable Distinct distinct, Extent[] extents)
            throws InterruptedException, IOException {
        AtomicInteger next = new AtomicInteger();
        BooleanSupplier ended = () -> cancellation.isCancelled() || hopeless(rejects);
        Callable<Long> reader = () -> {
            CsvEncoder encoder = new CsvEncoder(parts, nullMarker);
            try {
                Distinct.Writer waiting = distinct == null ? null : distinct.new Writer();
                long most = limit.isPresent() ? limit.rows() : Long.MAX_VALUE;
                LineReader own =
                        new LineReader(log, source, encoder, nullMarker, waiting, rejects, progress, ended, most);
                for (int i = next.getAndIncrement(); i < stretches.size(); i = next.getAndIncrement()) {
                    if (!ended.getAsBoolean() && encoder.rows() < most) {
                        extents[i] = own.read(stretches.get(i), i);
                    }
                }
                if (waiting != null) {
                    waiting.finish();
                }
                encoder.finish();
                return own.read();
            } catch (Throwable e) {
                encoder.abort();
                throw e;
            }
        };
        int readers = limit.isPresent() ? 1 : Math.min(log.threads(), stretches.size());
        long read = sum(reader, readers);
        if (distinct != null) {
            distinct.close();
        }
        return read;
    }

    private boolean hopeless(Rejects rejects) {
        EventLog.Tolerance tolerance = log.tolerance();
        return !tolerance.percent() && rejects.count() > tolerance.maxRejects().longValue() + MORE_REJECTS;
    }

    /** Sets a number of threads to the work and sums up what they count; when one fails, none of them goes on. */
    private long sum(Callable<Long> work, int threads) throws InterruptedException, IOException {
        if (threads == 0) {
            return 0;
        }
        ExecutorService pool = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "tofro-reader-" + path.step());
            thread.setDaemon(true);
            return thread;
        });
        try {
            ExecutorCompletionService<Long> ends = new ExecutorCompletionService<>(pool);
            for (int i = 0; i < threads; i++) {
                ends.submit(work);
            }
            long total = 0;
            for (int i = 0; i < threads; i++) {
                total += ends.take().get();
            }
            return total;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw new IllegalStateException("a reader failed", e.getCause());
        } finally {
            pool.shutdownNow();
            // One that still ran could write a part after the others were removed.
            pool.awaitTermination(90, TimeUnit.SECONDS);
        }
    }

    private long takeFirsts(Distinct distinct, Path folder) throws InterruptedException, IOException {
        progress.phase("removing duplicates");
        AtomicInteger next = new AtomicInteger();
        Callable<Long> taker = () -> {
            CsvEncoder encoder = new CsvEncoder(parts, nullMarker);
            try {
                FirstRows firsts = new FirstRows(folder, encoder, cancellation);
                for (int i = next.getAndIncrement(); i < Distinct.PARTITIONS; i = next.getAndIncrement()) {
                    firsts.take(distinct, i);
                }
                encoder.finish();
                return firsts.duplicates();
            } catch (Throwable e) {
                encoder.abort();
                throw e;
            }
        };
        return sum(taker, Math.min(log.threads(), MOST_PARTITIONS_AT_ONCE));
    }

    // ---- rejects

    private void demandFew(Rejects rejects, long read, List<Stretch> stretches, Extent[] extents) throws IOException {
        long rejected = rejects.count();
        if (rejected == 0 || cancellation.isCancelled()) {
            return;
        }
        String where = rejects.store(area, path, before(stretches, extents));
        String what = "%d of %d lines were rejected".formatted(rejected, read);
        String why = rejects.words();
        if (log.tolerance().exceeded(rejected, read)) {
            throw ExtractException.permanent(
                    "%s, and max_rejects is %s%s: %s. Each is in %s with its file, number and reason; mend the files or `fields`, or raise `max_rejects`"
                            .formatted(
                                    what,
                                    log.tolerance().words(),
                                    hopeless(rejects) ? "; reading ended there" : "",
                                    why,
                                    where));
        }
        progress.note("%s: %s; they are in %s".formatted(what, why, where));
    }

    /** What the file has before each stretch. */
    private static Extent[] before(List<Stretch> stretches, Extent[] extents) {
        Extent[] before = new Extent[extents.length];
        Arrays.fill(before, Extent.NONE);
        for (int i = 1; i < extents.length; i++) {
            boolean sameFile =
                    stretches.get(i).file().equals(stretches.get(i - 1).file());
            before[i] = sameFile ? before[i - 1].plus(extents[i - 1]) : Extent.NONE;
        }
        return before;
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
