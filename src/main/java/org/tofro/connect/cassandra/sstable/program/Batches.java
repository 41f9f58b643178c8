package org.tofro.connect.cassandra.sstable.program;

import java.io.DataInputStream;
import java.io.EOFException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;

/**
 * Rows by the batch: while one is read, the one before is written as an SSTable, and those before that are streamed and
 * removed. So neither the memory nor the disk that it takes grows with the rows.
 */
final class Batches {
    /** SSTables that are on the disk at a time: written, waiting, streamed. */
    private static final int ON_DISK = 3;

    /** What a disk must have left: a batch with its index and filter, and something for others. */
    private static final long ROOM = 256L << 20;

    private final ProgramSettings settings;
    private final CassandraClasses cassandra;
    private final BatchWriter writer;
    private final BatchStreamer streamer;
    private final Path folder;
    private final ProgramEnd end;
    private final ExecutorService writing = Executors.newSingleThreadExecutor();
    private final ExecutorService streaming = Executors.newSingleThreadExecutor();
    private final Semaphore disk = new Semaphore(ON_DISK);
    private final BlockingQueue<SortedRows> free = new LinkedBlockingQueue<>();
    private int begun;
    private long rows;

    // Of the streaming thread, and of the last to speak.
    private long streamedRows;
    private long duplicates;
    private long streamedBytes;
    private int tables;

    Batches(
            ProgramSettings settings,
            CassandraClasses cassandra,
            BatchWriter writer,
            BatchStreamer streamer,
            Path folder,
            ProgramEnd end) {
        this.settings = settings;
        this.cassandra = cassandra;
        this.writer = writer;
        this.streamer = streamer;
        this.folder = folder;
        this.end = end;
        for (int i = 0; i < 2; i++) {
            free.add(new SortedRows(settings.buffer(), settings.partitionKey(), settings.key()));
        }
    }

    /** Reads all rows. */
    void take(DataInputStream in) throws Exception {
        SortedRows batch = emptied();
        for (int length = in.readInt(); length != 0; length = in.readInt()) {
            if (length < 0 || length > batch.capacity()) {
                throw new ProgramFailure(
                        ProgramFailure.Kind.ROW,
                        "row " + (rows + 1) + " has " + length + " bytes, and a batch of all rows at most "
                                + batch.capacity());
            }
            if (!batch.hasRoom(length)) {
                hand(batch);
                batch = emptied();
            }
            try {
                batch.read(in, length, cassandra);
            } catch (Exception | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
            rows++;
        }
        if (batch.count() > 0) {
            hand(batch);
        }
    }

    private SortedRows emptied() throws InterruptedException {
        SortedRows batch = free.take();
        batch.clear(rows);
        return batch;
    }

    private void hand(SortedRows batch) {
        Path home = folder.resolve("batch" + ++begun);
        guarded(writing, () -> {
            disk.acquire();
            if (Files.getFileStore(folder).getUsableSpace() < ROOM + batch.used()) {
                throw new ProgramFailure(ProgramFailure.Kind.DISK, "less than " + (ROOM >> 20) + " MiB are left");
            }
            Path files =
                    Files.createDirectories(home.resolve(settings.keyspace()).resolve(settings.table()));
            BatchWriter.Written written = writer.write(batch, files);
            free.add(batch);
            SstableFiles made = SstableFiles.in(files, cassandra);
            demandCount(written, made);
            guarded(streaming, () -> {
                streamer.stream(files, made.tables());
                ProgramEnd.remove(home);
                disk.release();
                count(written, made);
                return null;
            });
            return null;
        });
    }

    /** Two counts of the same, one made by Cassandra and one by us. */
    private static void demandCount(BatchWriter.Written written, SstableFiles made) throws ProgramFailure {
        long keys = written.rows() - written.duplicates();
        if (made.rows() != keys) {
            throw new ProgramFailure(
                    ProgramFailure.Kind.COUNT,
                    "of " + written.rows() + " rows with " + keys + " keys, the SSTables have " + made.rows());
        }
    }

    private void count(BatchWriter.Written written, SstableFiles made) {
        streamedRows += written.rows();
        duplicates += written.duplicates();
        streamedBytes += made.bytes();
        tables += made.tables();
        end.say("streamed " + streamedRows + " " + streamedBytes);
    }

    /** Waits until all is streamed, and ends the program. */
    void finish() {
        long all = rows;
        guarded(writing, () -> {
            guarded(streaming, () -> {
                if (streamedRows != all) {
                    throw new ProgramFailure(
                            ProgramFailure.Kind.COUNT, "of " + all + " rows, " + streamedRows + " were streamed");
                }
                end.succeed("done " + all + " " + duplicates + " " + tables + " " + streamedBytes);
                return null;
            });
            return null;
        });
    }

    private void guarded(ExecutorService thread, Callable<?> work) {
        thread.execute(() -> {
            try {
                work.call();
            } catch (EOFException e) {
                end.fail(new IllegalStateException(e));
            } catch (Throwable e) {
                end.fail(e);
            }
        });
    }
}
