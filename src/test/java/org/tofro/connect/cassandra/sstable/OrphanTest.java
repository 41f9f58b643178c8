package org.tofro.connect.cassandra.sstable;

import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.driver.api.core.CqlSession;
import java.io.BufferedReader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tofro.connect.cassandra.session.CassandraSessions;
import org.tofro.connect.cassandra.write.TargetColumn;
import org.tofro.connect.cassandra.write.TargetTable;
import org.tofro.local.TestCassandra;
import org.tofro.settings.CassandraConnection;
import org.tofro.settings.Secret;
import org.tofro.settings.Tls;

/** A process that ends, however it does, takes the program that writes its SSTables with it, and what that has on the disk. */
@Tag("slow")
class OrphanTest {
    /** Opens a writer, gives it rows, and does nothing more. Arguments: port, keyspace, and whether it is idle or busy. */
    public static final class Parent {
        public static void main(String[] arguments) throws Exception {
            CassandraConnection connection = new CassandraConnection(
                    "cassandra",
                    false,
                    null,
                    List.of("127.0.0.1"),
                    Integer.parseInt(arguments[0]),
                    "datacenter1",
                    "tofro",
                    Secret.of("Secret1"),
                    Tls.OFF,
                    CassandraConnection.Consistency.LOCAL_QUORUM);
            CqlSession session = CassandraSessions.open(connection).session();
            TargetTable table = new TargetTable(
                    arguments[1], "t", List.of(new TargetColumn("k", "int"), new TargetColumn("v", "blob")), 1, 0);
            SstableWriter writer = SstableWriter.open(
                    connection,
                    session,
                    table,
                    1,
                    SstableWriterTest.options().buffered(1).throttled(1));
            System.out.println(
                    writer.process().handle().pid() + " " + writer.process().folder());
            byte[] noise = new byte[1000];
            new java.util.Random(1).nextBytes(noise);
            for (int i = 0; i < 20_000; i++) {
                writer.write(new ByteBuffer[] {ByteBuffer.allocate(4).putInt(0, i), ByteBuffer.wrap(noise)});
                if (i == 3_000 && arguments[2].equals("idle")) {
                    System.out.println("written");
                    Thread.sleep(Long.MAX_VALUE);
                }
            }
            writer.finish();
        }
    }

    @ParameterizedTest
    @CsvSource({"idle, KILL", "busy, KILL", "busy, TERM"})
    void theProgramEndsWithItsParent(String state, String signal) throws Exception {
        String keyspace = TestCassandra.shared().keyspace();
        TestCassandra.shared().session().execute("CREATE TABLE " + keyspace + ".t (k int PRIMARY KEY, v blob)");
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Parent.class.getName(),
                        Integer.toString(TestCassandra.shared().port()),
                        keyspace,
                        state)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader lines = parent.inputReader()) {
            String[] started = lines.readLine().split(" ");
            ProcessHandle program = ProcessHandle.of(Long.parseLong(started[0])).orElseThrow();
            Path tables = Path.of(started[1], "tables");
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (!Files.exists(tables.resolve("batch1"))) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                Thread.sleep(10);
            }
            if (signal.equals("KILL")) {
                parent.destroyForcibly();
            } else {
                parent.destroy();
            }
            parent.waitFor();
            deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
            while (program.isAlive() || Files.exists(tables)) {
                assertThat(System.nanoTime())
                        .as(program.isAlive() + " " + Files.exists(tables))
                        .isLessThan(deadline);
                Thread.sleep(10);
            }
        } finally {
            parent.destroyForcibly();
        }
    }
}
