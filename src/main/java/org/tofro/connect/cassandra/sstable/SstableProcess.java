package org.tofro.connect.cassandra.sstable;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.cassandra.sstable.program.SstableProgram;
import org.tofro.connect.program.OutputTail;
import org.tofro.connect.program.ProgramEnvironment;
import org.tofro.connect.program.WorkFolder;

/** A running {@link SstableProgram}: what goes in, the lines that come out, and its end. */
final class SstableProcess implements AutoCloseable {
    private static final int PIPE_BYTES = 1 << 18;
    /** What Cassandra's own classes take, beside the rows. */
    private static final int BASE_HEAP = 192;

    private static final long END_SECONDS = 5;

    private final WorkFolder work;
    private final Process process;
    private final DataOutputStream rows;
    private final OutputTail errors;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile String last = "";
    private volatile long streamed;

    private SstableProcess(WorkFolder work, Process process) {
        this.work = work;
        this.process = process;
        this.rows = new DataOutputStream(new BufferedOutputStream(process.getOutputStream(), PIPE_BYTES));
        this.errors = new OutputTail(process.getErrorStream(), "errors of the writer of SSTables");
    }

    /**
     * Starts it in a folder of its own, which its end removes.
     *
     * @param roots certificates of the authorities that nodes are trusted by, as PEM; null for this JVM's own
     */
    static SstableProcess start(CassandraJars jars, int buffer, @Nullable String roots) throws IOException {
        WorkFolder work = WorkFolder.open("sstables");
        try {
            Path folder = work.path();
            Path tables = work.make("tables");
            List<String> command = List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx" + (BASE_HEAP + 3 * buffer) + "m",
                    // Libraries are unpacked there, and stay where a process is killed.
                    "-Djava.io.tmpdir=" + work.make("tmp"),
                    "-Dcassandra.storagedir=" + folder,
                    "-Dcassandra.config=" + settings(jars, folder).toUri(),
                    "-Dlogback.configurationFile=" + ProgramFolder.resource("sstable-logback.xml", folder),
                    "@" + ProgramFolder.options(folder, roots),
                    SstableProgram.class.getName(),
                    Long.toString(ProcessHandle.current().pid()),
                    tables.toString());
            ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
            builder.environment().clear();
            builder.environment().putAll(ProgramEnvironment.inherited());
            builder.environment().put("CLASSPATH", jars.classPath(ProgramFolder.fill(work.make("program"))));
            SstableProcess started = new SstableProcess(work, builder.start());
            work.note(started.process.toHandle());
            started.errors.start();
            Thread lines = new Thread(started::read, "lines of the writer of SSTables");
            lines.setDaemon(true);
            lines.start();
            return started;
        } catch (IOException | RuntimeException e) {
            work.close();
            throw e;
        }
    }

    /**
     * Settings of a Cassandra for this process. Without any it would write SSTables of the newest form, which a node of the
     * same version that is still compatible with Cassandra 4, as it is by default, takes, reads, and cannot start with
     * again. Those of the form before are read by all.
     */
    private static Path settings(CassandraJars jars, Path folder) throws IOException {
        String compatible = jars.version().startsWith("4.") ? "" : "storage_compatibility_mode: CASSANDRA_4\n";
        return Files.writeString(folder.resolve("cassandra.yaml"), """
                cluster_name: sstables
                partitioner: org.apache.cassandra.dht.Murmur3Partitioner
                commitlog_sync: periodic
                commitlog_sync_period: 10000ms
                endpoint_snitch: SimpleSnitch
                listen_address: 127.0.0.1
                seed_provider:
                - class_name: org.apache.cassandra.locator.SimpleSeedProvider
                  parameters: [{seeds: "127.0.0.1"}]
                """ + compatible);
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("streamed ")) {
                    streamed = Long.parseLong(line.split(" ")[1]);
                }
                last = line;
            }
        } catch (IOException e) {
            // Its end; the last line is what counts.
        } finally {
            ended.countDown();
        }
    }

    DataOutputStream rows() {
        return rows;
    }

    /** How many rows the cluster has by now. */
    long streamed() {
        return streamed;
    }

    /** Waits for its end, and returns the last line that it printed. */
    String awaitEnd() throws InterruptedException {
        ended.await();
        process.waitFor();
        errors.join(TimeUnit.SECONDS.toMillis(END_SECONDS));
        return last;
    }

    /** How it ended, for whom its last line does not tell. */
    String exit() {
        int code = process.exitValue();
        String words = errors.lastLines();
        return "exit code " + code
                + (code == 137 ? " (it was killed, as systems do where memory runs out)" : "")
                + (code == 143 ? " (it was asked to end)" : "")
                + (words.isEmpty()
                        ? ", and printed nothing"
                        : ". The last that it printed to standard error:\n" + words);
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    Path folder() {
        return work.path();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        work.close();
    }
}
