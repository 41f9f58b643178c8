package org.tofro.local;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStoreContext;
import org.jspecify.annotations.Nullable;

/** S3: S3Proxy over a folder. Bucket names are global in S3, so one server stands in for every connection of the type. */
final class S3StandIn implements StandIn {
    private static final String ACCESS_KEY = "tofro";

    private final StackFolder folder;
    private final String secretKey;
    private @Nullable Running running;

    private record Running(S3Proxy proxy, BlobStoreContext context, int port) {}

    S3StandIn(StackFolder folder, String secretKey) {
        this.folder = folder;
        this.secretKey = secretKey;
    }

    @Override
    public synchronized Wire.Address serve(Wire.Wanted wanted, Consumer<String> progress) {
        try {
            for (String bucket : wanted.buckets() == null ? List.<String>of() : wanted.buckets()) {
                Files.createDirectories(folder.s3().resolve(bucket));
            }
            if (running == null) {
                running = start();
                progress.accept("started S3 on http://127.0.0.1:" + running.port());
            }
            if (wanted.seed() != null) {
                new S3Seed(Path.of(wanted.seed()), running.context().getBlobStore(), progress).put();
            }
            return new Wire.Address("127.0.0.1", running.port(), ACCESS_KEY, secretKey);
        } catch (IOException e) {
            throw new StackException("The stand-in of S3 did not start: " + StackFolder.reason(e), e);
        }
    }

    private Running start() throws IOException {
        Files.createDirectories(folder.s3());
        Path memory = folder.port("s3");
        Properties properties = new Properties();
        properties.setProperty("jclouds.filesystem.basedir", folder.s3().toString());
        BlobStoreContext context = ContextBuilder.newBuilder("filesystem-nio2")
                .credentials(ACCESS_KEY, secretKey)
                .overrides(properties)
                .buildView(BlobStoreContext.class);
        int port = 0;
        for (int attempt = 0; ; attempt++) {
            port = Ports.choose(memory, port);
            S3Proxy proxy = S3Proxy.builder()
                    .blobStore(context.getBlobStore())
                    .endpoint(URI.create("http://127.0.0.1:" + port))
                    .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, ACCESS_KEY, secretKey)
                    // Else Beam's header for the storage class is answered by 501.
                    .ignoreUnknownHeaders(true)
                    .build();
            try {
                proxy.start();
                return new Running(proxy, context, port);
            } catch (Exception e) {
                stop(proxy);
                if (attempt == 5) {
                    context.close();
                    throw new IOException("port " + port + " of 127.0.0.1 cannot be used: " + e.getMessage(), e);
                }
            }
        }
    }

    @Override
    public synchronized Optional<Wire.State> state() {
        return Optional.ofNullable(running)
                .map(server -> new Wire.State(
                        "(all)",
                        Wire.Kind.S3.type,
                        "http://127.0.0.1:" + server.port(),
                        ProcessHandle.current().pid(),
                        folder.s3().toString()));
    }

    @Override
    public synchronized void close() {
        if (running != null) {
            stop(running.proxy());
            running.context().close();
            running = null;
        }
    }

    private static void stop(S3Proxy proxy) {
        try {
            proxy.stop();
        } catch (Exception e) {
            System.getLogger(S3StandIn.class.getName()).log(System.Logger.Level.WARNING, "S3 did not stop cleanly", e);
        }
    }
}
