package org.tofro.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.client.JobExecutionException;
import org.apache.flink.util.concurrent.FutureUtils.RetryException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said where no cluster is, or where it would be given what is not this build. */
class RemoteFlinkTest {
    private static final String ASKED =
            "; is the address of 'flink' in the runner file that of the REST interface of a JobManager, and does it run?";

    @TempDir
    private Path folder;

    @Test
    void whereNobodyListensTheAddressIsSaid() throws Exception {
        String address = "127.0.0.1:" + portOfNobody();
        assertThatThrownBy(() -> open(address, jar(FlinkPlace.class)))
                .isInstanceOf(EngineException.class)
                .hasMessage("Flink at http://" + address + " cannot be reached" + ASKED);
    }

    @Test
    void aHostThatIsUnknownIsSaidToBe() {
        assertThatThrownBy(() -> open("flink.invalid:8081", jar(FlinkPlace.class)))
                .isInstanceOf(EngineException.class)
                .hasMessage("the host of Flink at http://flink.invalid:8081 is unknown" + ASKED);
    }

    @Test
    void aServerThatIsNotFlinkIsSaidToBeNone() throws Exception {
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.start();
        try {
            String address = "127.0.0.1:" + other.getAddress().getPort();
            assertThatThrownBy(() -> open(address, jar(FlinkPlace.class)))
                    .isInstanceOf(EngineException.class)
                    .hasMessage("Flink at http://" + address + " does not answer as Flink does" + ASKED);
        } finally {
            other.stop(0);
        }
    }

    @Test
    void aClusterIsGivenNothingButThisBuild() throws Exception {
        Path missing = folder.resolve("none.jar");
        assertThatThrownBy(() -> open("127.0.0.1:1", missing))
                .isInstanceOf(EngineException.class)
                .hasMessage("there is no " + missing
                        + ", which a Flink cluster is given; make it by: mvn -Pcluster package");
        Path foreign = jar(HttpServer.class);
        assertThatThrownBy(() -> open("127.0.0.1:1", foreign))
                .isInstanceOf(EngineException.class)
                .hasMessage(foreign + " does not hold Tofro; make it by: mvn -Pcluster package");
        Path other = jar("org/tofro/run/FlinkPlace.class", new byte[] {1});
        assertThatThrownBy(() -> open("127.0.0.1:1", other))
                .isInstanceOf(EngineException.class)
                .hasMessage(other + " holds another build of Tofro than this one; make it by: mvn -Pcluster package");
    }

    @Test
    void whatTheJobCouldNotReachIsNotFlink() {
        RemoteFlink flink = new RemoteFlink("127.0.0.1:1", folder, null, "tofro none ");
        Exception lost = new RetryException("6 times", new ConnectException("Connection refused"));
        assertThat(flink.explained(lost))
                .hasMessage("Flink at http://127.0.0.1:1 cannot be reached: its JobManager has died, or the network"
                        + " between is broken");
        Exception failed = new JobExecutionException(new JobID(), "it failed", new ConnectException("refused"));
        assertThat(flink.explained(failed)).isSameAs(failed);
    }

    private static void open(String address, Path jar) throws Exception {
        try (RemoteFlink flink = new RemoteFlink(address, jar, null, "tofro none ")) {
            Configuration soon = new Configuration();
            soon.set(RestOptions.RETRY_MAX_ATTEMPTS, 0);
            flink.open(soon);
        }
    }

    private Path jar(Class<?> content) throws IOException {
        String name = content.getName().replace('.', '/') + ".class";
        try (InputStream in = Objects.requireNonNull(ClassLoader.getSystemResourceAsStream(name))) {
            return jar(name, in.readAllBytes());
        }
    }

    private Path jar(String name, byte[] content) throws IOException {
        Path jar = Files.createTempFile(folder, "cluster", ".jar");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write(content);
        }
        return jar;
    }

    private static int portOfNobody() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
