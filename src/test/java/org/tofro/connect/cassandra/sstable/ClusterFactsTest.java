package org.tofro.connect.cassandra.sstable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.connect.cassandra.session.CassandraException;
import org.tofro.settings.CassandraConnection;
import org.tofro.settings.CassandraConnection.Consistency;
import org.tofro.settings.Secret;
import org.tofro.settings.Tls;

class ClusterFactsTest {
    private final InetAddress here = InetAddress.getLoopbackAddress();

    @TempDir
    private Path folder;

    private static ClusterFacts cluster(ClusterFacts.Keeper... keepers) {
        return new ClusterFacts(List.of(keepers), List.of(), "");
    }

    private ClusterFacts.Keeper keeper(int storagePort, String version) {
        return new ClusterFacts.Keeper(new InetSocketAddress(here, 9042), storagePort, version);
    }

    private Path jar(String name, String version) throws Exception {
        Path jar = folder.resolve(name);
        Files.createDirectories(jar.getParent());
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new ZipEntry("org/apache/cassandra/config/version.properties"));
            out.write(("CassandraVersion=" + version + "\n").getBytes());
        }
        return jar;
    }

    @Test
    void jarsAreFoundInAnInstallationInAFolderAndInAClassPath() throws Exception {
        Path jar = jar("home/lib/apache-cassandra-5.0.2.jar", "5.0.2");
        Path other = jar("home/lib/aa-driver.jar", "none of ours");
        CassandraJars found = new CassandraJars(List.of(other, jar), "5.0.2");
        assertThat(CassandraJars.at(folder.resolve("home").toString())).isEqualTo(found);
        assertThat(CassandraJars.at(folder.resolve("home/lib").toString())).isEqualTo(found);
        Path file = Files.writeString(folder.resolve("class-path"), other + File.pathSeparator + jar + "\n");
        assertThat(CassandraJars.at(file.toString())).isEqualTo(found);
    }

    @Test
    void aPlaceWithoutThemSaysWhatItShouldBe() throws Exception {
        String none = folder.resolve("none").toString();
        assertThatThrownBy(() -> CassandraJars.at(none))
                .isInstanceOf(CassandraException.class)
                .hasMessage("'" + none + "', where Cassandra's jars should be, is not on this machine; name an"
                        + " installation of Cassandra, a folder of its jars, or a file that holds its class path, which is"
                        + " on all machines that write, or use 'method: cql', which needs none");
        String empty = Files.createDirectory(folder.resolve("empty")).toString();
        assertThatThrownBy(() -> CassandraJars.at(empty))
                .hasMessage("'" + empty + "' has no jars; name an installation of Cassandra, a folder of its jars, or a"
                        + " file that holds its class path");
        jar("others/driver.jar", "1");
        String others = folder.resolve("others").toString();
        assertThatThrownBy(() -> CassandraJars.at(others))
                .hasMessage("'" + others + "' has jars, but not Cassandra's own (apache-cassandra-*.jar); name an"
                        + " installation of Cassandra, a folder of its jars, or a file that holds its class path");
    }

    @Test
    void aConnectionThatNamesNoneSaysHow() {
        CassandraConnection connection = new CassandraConnection(
                "c", false, null, List.of("c"), 1, "dc1", null, Secret.of(""), Tls.OFF, Consistency.ONE);
        assertThatThrownBy(() -> SstableOptions.of(connection))
                .isInstanceOf(CassandraException.class)
                .hasMessage("connection 'c': to write SSTables, Cassandra's own jars are needed; give the connection"
                        + " 'cassandra_home', a folder with them on all machines that write, of the cluster's version, or"
                        + " use 'method: cql'");
        assertThat(SstableOptions.of(connection.withHome("/opt/cassandra")))
                .isEqualTo(SstableOptions.of("/opt/cassandra"));
    }

    @Test
    void anInstallationsOwnSettingsSayHowNodesEncrypt() throws Exception {
        Path home = folder.resolve("installed");
        Path config = Files.createDirectories(home.resolve("conf")).resolve("cassandra.yaml");
        Files.writeString(config, "");
        CassandraConnection connection = new CassandraConnection(
                        "c", false, null, List.of("c"), 1, "dc1", null, Secret.of(""), Tls.OFF, Consistency.ONE)
                .withHome(home.toString());
        assertThat(SstableOptions.of(connection).config()).isEqualTo(config.toString());
    }

    @Test
    void aNodeOfAnotherVersionIsRefused() throws Exception {
        CassandraJars jars = new CassandraJars(List.of(), "5.0.6");
        assertThatThrownBy(() -> cluster(keeper(1, "5.0.2"), keeper(1, "4.1.3"), keeper(1, "4.0.11"))
                        .demandFit(jars, "/opt/cassandra"))
                .isInstanceOfSatisfying(
                        CassandraException.class,
                        e -> assertThat(e.transientTrouble()).isFalse())
                .hasMessage(
                        "'/opt/cassandra' holds Cassandra 5.0.6, and the cluster has nodes of version 4.0.11, 4.1.3:"
                                + " SSTables must be written by the version that reads them. Give the jars of that version, or"
                                + " use 'method: cql'");
    }

    @Test
    void anotherReleaseOfTheSameVersionIsTaken() throws Exception {
        try (ServerSocket open = new ServerSocket(0, 1, here)) {
            assertThatCode(() -> cluster(keeper(open.getLocalPort(), "5.0.2"))
                            .demandFit(new CassandraJars(List.of(), "5.0.6-SNAPSHOT"), "/opt/cassandra"))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void aClosedStoragePortIsNamed() throws Exception {
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, here)) {
            closed = socket.getLocalPort();
        }
        assertThatThrownBy(() -> cluster(keeper(closed, "5.0.6"))
                        .demandFit(new CassandraJars(List.of(), "5.0.6"), "/opt/cassandra"))
                .isInstanceOfSatisfying(
                        CassandraException.class,
                        e -> assertThat(e.transientTrouble()).isTrue())
                .hasMessage(
                        "node 127.0.0.1 cannot be reached at port " + closed + ", its storage port, to which SSTables"
                                + " are streamed (Connection refused). Open it for this machine, or start the node; 'method: cql'"
                                + " works without it");
    }
}
