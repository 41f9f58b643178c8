package org.tofro.connect.cassandra.sstable.program;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.nio.file.Path;

/**
 * Reads a {@link ProgramSettings header} and rows from standard input, and prints what became of them on standard output, a
 * line each: {@code ready}, {@code streamed ROWS BYTES} after each batch, and as the last either {@code done ROWS DUPLICATES
 * SSTABLES BYTES} or {@code failed KIND TEXT}.
 *
 * <p>A row is its length in bytes, as four bytes, then for each cell its length and its bytes; the length of a cell that is
 * left as it is, is -1. A length of 0 ends the rows; an input that ends without it is that of a parent that is gone.
 *
 * <p>Arguments: the process that it belongs to, and the folder that it works in.
 */
public final class SstableProgram {
    private SstableProgram() {}

    public static void main(String[] args) {
        Path folder = Path.of(args[1]);
        // Whatever Cassandra prints must not come between the lines.
        ProgramEnd end = new ProgramEnd(System.out, folder);
        System.setOut(System.err);
        end.watch(Long.parseLong(args[0]));
        try {
            run(new DataInputStream(new BufferedInputStream(System.in, 1 << 16)), folder, end);
        } catch (EOFException e) {
            end.abandon();
        } catch (Throwable e) {
            end.fail(e);
        }
    }

    private static void run(DataInputStream in, Path folder, ProgramEnd end) throws Exception {
        ProgramSettings settings = ProgramSettings.read(in);
        CassandraClasses cassandra = new CassandraClasses();
        Batches batches = new Batches(
                settings,
                cassandra,
                new BatchWriter(settings, cassandra),
                new BatchStreamer(settings, cassandra, LoaderClient.connect(settings, cassandra)),
                folder,
                end);
        end.say("ready");
        batches.take(in);
        batches.finish();
    }
}
