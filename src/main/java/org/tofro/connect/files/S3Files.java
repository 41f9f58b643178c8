package org.tofro.connect.files;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.staging.S3Clients;
import org.tofro.connect.staging.S3Failures;
import org.tofro.connect.staging.StagingException;
import org.tofro.settings.S3Connection;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Objects of S3. Each is read as the one that was listed, by its entity tag, or not at all. */
final class S3Files implements FileSource {
    private final S3Client client;
    private final @Nullable String endpoint;

    private S3Files(S3Client client, @Nullable String endpoint) {
        this.client = client;
        this.endpoint = endpoint;
    }

    static S3Files of(@Nullable S3Connection connection) {
        String endpoint = connection == null ? null : connection.endpoint();
        try {
            return new S3Files(S3Clients.open(connection), endpoint);
        } catch (SdkException e) {
            throw translated(new S3Failures("", endpoint).translate("cannot open", "S3", e));
        }
    }

    @Override
    public List<SourceFile> list(PathPattern pattern) {
        String bucket = pattern.bucket();
        try {
            List<SourceFile> files = new ArrayList<>();
            for (S3Object object : client.listObjectsV2Paginator(
                            request -> request.bucket(bucket).prefix(pattern.keyPrefix()))
                    .contents()) {
                String uri = "s3://" + bucket + "/" + object.key();
                if (pattern.isNameOf(uri) && !uri.endsWith("/")) {
                    Instant changed = object.lastModified() == null ? Instant.EPOCH : object.lastModified();
                    files.add(new SourceFile(uri, object.size(), String.valueOf(object.eTag()), changed));
                }
            }
            files.sort(Comparator.comparing(SourceFile::uri));
            return files;
        } catch (SdkException e) {
            throw failed("cannot list", bucket, pattern.text(), e);
        }
    }

    @Override
    public InputStream open(SourceFile file, long from) {
        return new ResumedInput(file, from, position -> get(file, position));
    }

    private InputStream get(SourceFile file, long from) {
        int slash = file.uri().indexOf('/', "s3://".length());
        String bucket = file.uri().substring("s3://".length(), slash);
        String key = file.uri().substring(slash + 1);
        try {
            var object = client.getObject(request -> {
                request.bucket(bucket).key(key).ifMatch(file.version());
                if (from > 0) {
                    request.range("bytes=" + from + "-");
                }
            });
            return new InputStream() {
                @Override
                public int read() throws IOException {
                    return object.read();
                }

                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    return object.read(bytes, offset, length);
                }

                /** Else the client would read on to the end first. */
                @Override
                public void close() {
                    object.abort();
                }
            };
        } catch (AwsServiceException e) {
            if (e.statusCode() == 412 || e.statusCode() == 404) {
                throw new ExtractException(Settled.changed(file.uri(), e.statusCode() == 404), false, e);
            }
            throw failed("cannot read", bucket, file.uri(), e);
        } catch (SdkException e) {
            throw failed("cannot read", bucket, file.uri(), e);
        }
    }

    private ExtractException failed(String what, String bucket, String subject, SdkException e) {
        return translated(new S3Failures(bucket, endpoint).translate(what, subject, e));
    }

    private static ExtractException translated(StagingException e) {
        return new ExtractException(String.valueOf(e.getMessage()), e.transientTrouble(), e);
    }

    @Override
    public void close() {
        client.close();
    }
}
