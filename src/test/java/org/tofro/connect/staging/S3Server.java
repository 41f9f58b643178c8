package org.tofro.connect.staging;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStoreContext;
import org.tofro.settings.S3Connection;
import org.tofro.settings.Secret;

/** A real server that speaks S3, for tests; a bucket is a folder. */
public final class S3Server implements AutoCloseable {
    private final S3Proxy proxy;
    private final BlobStoreContext context;
    private final Path folder;

    private S3Server(S3Proxy proxy, BlobStoreContext context, Path folder) {
        this.proxy = proxy;
        this.context = context;
        this.folder = folder;
    }

    public static S3Server start(Path folder) throws Exception {
        Properties properties = new Properties();
        properties.setProperty("jclouds.filesystem.basedir", folder.toString());
        BlobStoreContext context = ContextBuilder.newBuilder("filesystem-nio2")
                .credentials("key", "secret")
                .overrides(properties)
                .build(BlobStoreContext.class);
        S3Proxy proxy = S3Proxy.builder()
                .blobStore(context.getBlobStore())
                .endpoint(URI.create("http://127.0.0.1:0"))
                .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, "key", "secret")
                .ignoreUnknownHeaders(true)
                .build();
        proxy.start();
        while (!proxy.getState().equals("STARTED")) {
            Thread.sleep(10);
        }
        return new S3Server(proxy, context, folder);
    }

    public S3Server bucket(String name) throws IOException {
        Files.createDirectories(folder.resolve(name));
        return this;
    }

    public S3Connection connection() {
        return connection("secret");
    }

    public S3Connection connection(String secretKey) {
        return new S3Connection(
                "s3", true, "us-east-1", "http://127.0.0.1:" + proxy.getPort(), "key", Secret.of(secretKey));
    }

    @Override
    public void close() throws Exception {
        proxy.stop();
        context.close();
    }
}
