package org.tofro.local.redshift;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStoreContext;
import software.amazon.awssdk.core.sync.RequestBody;

/** A PostgreSQL, an S3Proxy and two fronts (one per isolation), started once for all tests of this JVM. */
public final class LocalWarehouse {
    public static final String ROLE = "arn:aws:iam::123456789012:role/copy";
    public static final String DENIED_ROLE = "arn:aws:iam::123456789012:role/stranger";
    private static final LocalWarehouse SHARED = new LocalWarehouse();

    public final RedshiftFront front;
    public final RedshiftFront serializable;
    public final FrontSettings settings;
    final StoredObjects objects;

    private LocalWarehouse() {
        try {
            EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                    .setServerConfig("max_connections", "60")
                    .setServerConfig("fsync", "off")
                    .start();
            Path buckets = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "s3");
            Files.createDirectory(buckets.resolve("staging"));
            S3Proxy s3 = s3(buckets);
            FrontSettings.Postgres behind =
                    new FrontSettings.Postgres("localhost", postgres.getPort(), "postgres", "", "");
            settings = settings(behind, s3.getPort(), Isolation.SNAPSHOT);
            RedshiftCatalog.create(behind, "dev");
            objects = new StoredObjects(settings.s3());
            front = RedshiftFront.start(settings);
            serializable = RedshiftFront.start(settings(behind, s3.getPort(), Isolation.SERIALIZABLE));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(postgres, s3)));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    public static LocalWarehouse shared() {
        return SHARED;
    }

    private static FrontSettings settings(FrontSettings.Postgres behind, int s3Port, Isolation isolation) {
        return new FrontSettings(
                0,
                behind,
                new FrontSettings.S3(URI.create("http://127.0.0.1:" + s3Port), "us-east-1", "local", "local-secret"),
                isolation,
                "etl",
                "Secret1",
                Set.of(DENIED_ROLE));
    }

    private static S3Proxy s3(Path buckets) throws Exception {
        Properties properties = new Properties();
        properties.setProperty("jclouds.filesystem.basedir", buckets.toString());
        BlobStoreContext context = ContextBuilder.newBuilder("filesystem-nio2")
                .credentials("local", "local-secret")
                .overrides(properties)
                .build(BlobStoreContext.class);
        S3Proxy s3 = S3Proxy.builder()
                .blobStore(context.getBlobStore())
                .endpoint(URI.create("http://127.0.0.1:0"))
                .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, "local", "local-secret")
                .ignoreUnknownHeaders(true)
                .build();
        s3.start();
        return s3;
    }

    private static void stop(EmbeddedPostgres postgres, S3Proxy s3) {
        try {
            s3.stop();
            postgres.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    public Connection connect() throws SQLException {
        return connect(front);
    }

    public Connection connect(RedshiftFront to) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:redshift://127.0.0.1:" + to.port() + "/dev?ssl=false", "etl", "Secret1");
    }

    /** By PostgreSQL's own driver. */
    Connection connectAsPostgres() throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + front.port() + "/dev", "etl", "Secret1");
    }

    /** Puts an object into the bucket {@code staging} and returns its address. */
    public String put(String key, byte[] content) {
        objects.client().putObject(put -> put.bucket("staging").key(key), RequestBody.fromBytes(content));
        return "s3://staging/" + key;
    }

    public String put(String key, String content) {
        return put(key, content.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] gzip(String content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    public static void run(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** The rows of a query, fields parted by a bar, NULL as {@code ~}. */
    public static List<String> rows(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows(rows);
        }
    }

    static List<String> rows(ResultSet rows) throws SQLException {
        List<String> texts = new ArrayList<>();
        int columns = rows.getMetaData().getColumnCount();
        while (rows.next()) {
            List<String> fields = new ArrayList<>();
            for (int i = 1; i <= columns; i++) {
                String field = rows.getString(i);
                fields.add(field == null ? "~" : field);
            }
            texts.add(String.join("|", fields));
        }
        return texts;
    }
}
