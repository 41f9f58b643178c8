package org.tofro.local.redshift;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The objects on S3 that COPY reads and UNLOAD writes. */
final class StoredObjects implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The connection to S3 broke while an object was read. */
    static final class BrokenReadException extends IOException {
        private static final long serialVersionUID = 1L;

        BrokenReadException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /** An object by its bucket and key. */
    record Address(String bucket, String key) {
        static Address of(String uri) throws RedshiftException {
            int slash = uri.indexOf('/', 5);
            if (!uri.startsWith("s3://") || slash < 6) {
                throw new RedshiftException("XX000", "The S3 address '%s' names no object".formatted(uri));
            }
            return new Address(uri.substring(5, slash), uri.substring(slash + 1));
        }

        String uri() {
            return "s3://" + bucket + "/" + key;
        }
    }

    private final S3Client client;

    /** One request more where an idle connection was closed meanwhile; Redshift's own patience would hide faults. */
    StoredObjects(FrontSettings.S3 s3) {
        BackoffStrategy pause = BackoffStrategy.fixedDelayWithoutJitter(Duration.ofMillis(50));
        RetryStrategy once = AwsRetryStrategy.standardRetryStrategy().toBuilder()
                .maxAttempts(2)
                .backoffStrategy(pause)
                .throttlingBackoffStrategy(pause)
                .build();
        client = S3Client.builder()
                .endpointOverride(s3.endpoint())
                .region(Region.of(s3.region()))
                .forcePathStyle(true)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(s3.accessKey(), s3.secretKey())))
                .httpClientBuilder(Apache5HttpClient.builder().maxConnections(64))
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .overrideConfiguration(override -> override.retryStrategy(once))
                .build();
    }

    S3Client client() {
        return client;
    }

    /** The files that a COPY names, each of which exists ("Using a manifest", loading-data-files-using-manifest.html). */
    List<Address> files(CopyCommand command) throws RedshiftException {
        Address from = Address.of(command.from());
        try {
            List<Address> files = command.options().manifest() ? listed(from) : prefixed(from);
            if (files.isEmpty()) {
                throw new RedshiftException(
                        "XX000", "The specified S3 prefix '%s' does not exist".formatted(from.key()));
            }
            return files;
        } catch (S3Exception e) {
            throw failure(e);
        } catch (SdkException e) {
            throw broken();
        }
    }

    private List<Address> prefixed(Address from) {
        List<Address> files = new ArrayList<>();
        for (S3Object object : client.listObjectsV2Paginator(
                        list -> list.bucket(from.bucket()).prefix(from.key()))
                .contents()) {
            if (!object.key().endsWith("/")) {
                files.add(new Address(from.bucket(), object.key()));
            }
        }
        return files;
    }

    private List<Address> listed(Address manifest) throws RedshiftException {
        JsonNode entries;
        try (InputStream in =
                client.getObject(get -> get.bucket(manifest.bucket()).key(manifest.key()))) {
            entries = JSON.readTree(in).path("entries");
        } catch (NoSuchKeyException e) {
            throw new RedshiftException(
                    "XX000",
                    "Problem reading manifest file - S3ServiceException:The specified key does not exist.,Status"
                            + " 404,Error NoSuchKey",
                    "error:  Problem reading manifest file\n  code:      8001\n  context:   " + manifest.uri());
        } catch (JsonProcessingException e) {
            throw new RedshiftException("XX000", "Problem reading manifest file - not a JSON document");
        } catch (IOException e) {
            throw broken();
        }
        if (!entries.isArray()) {
            throw new RedshiftException("XX000", "Problem reading manifest file - no array named 'entries'");
        }
        List<Address> files = new ArrayList<>();
        for (JsonNode entry : entries) {
            Address file = Address.of(entry.path("url").asText());
            if (exists(file, entry)) {
                files.add(file);
            }
        }
        return files;
    }

    private boolean exists(Address file, JsonNode entry) throws RedshiftException {
        long length;
        try {
            length = client.headObject(head -> head.bucket(file.bucket()).key(file.key()))
                    .contentLength();
        } catch (S3Exception e) {
            if (e.statusCode() != 404) {
                throw e;
            }
            if (entry.path("mandatory").asBoolean(false)) {
                throw new RedshiftException(
                        "XX000",
                        "The specified S3 object '%s' does not exist".formatted(file.uri()),
                        "error:  mandatory file of the manifest is missing\n  code:      8001");
            }
            return false;
        }
        JsonNode expected = entry.path("meta").path("content_length");
        if (expected.isNumber() && expected.asLong() != length) {
            throw new RedshiftException(
                    "XX000",
                    "The file '%s' has %d bytes, but the manifest says %d (meta.content_length)"
                            .formatted(file.uri(), length, expected.asLong()),
                    "error:  file size mismatch\n  code:      8001");
        }
        return true;
    }

    /** The file's content, decompressed while it is read. */
    InputStream open(Address file, @Nullable String compression) throws IOException, RedshiftException {
        try {
            InputStream in = new BufferedInputStream(
                    new Body(client.getObject(get -> get.bucket(file.bucket()).key(file.key()))), 1 << 16);
            return switch (compression == null ? "" : compression) {
                case "GZIP" -> new GZIPInputStream(in, 1 << 16);
                case "ZSTD" -> new ZstdInputStream(in);
                case "BZIP2" -> new BZip2CompressorInputStream(in, true);
                default -> in;
            };
        } catch (S3Exception e) {
            throw failure(e);
        }
    }

    /** Tells a broken connection to S3 from what a decompressor finds wrong. */
    private static final class Body extends FilterInputStream {
        Body(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            try {
                return super.read();
            } catch (IOException e) {
                throw new BrokenReadException(e);
            }
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                return super.read(bytes, offset, length);
            } catch (IOException e) {
                throw new BrokenReadException(e);
            }
        }
    }

    /** What COPY says when a transfer breaks off, in the words of libcurl, by which Redshift reads S3. */
    static RedshiftException broken() {
        String text = "S3CurlException: transfer closed with outstanding read data remaining, CurlError 18,"
                + " multiCurlError 0, CanRetry 1, UserError 0";
        return new RedshiftException("XX000", text, "error:  " + text + "\n  code:      9001");
    }

    static RedshiftException failure(S3Exception e) {
        if (e.statusCode() == 403) {
            return S3Access.denied();
        }
        String message = e.awsErrorDetails() == null ? "" : e.awsErrorDetails().errorMessage();
        String code = e.awsErrorDetails() == null ? "" : e.awsErrorDetails().errorCode();
        String text = "S3ServiceException:%s,Status %d,Error %s".formatted(message, e.statusCode(), code);
        return new RedshiftException("XX000", text, "error:  " + text + "\n  code:      8001");
    }

    @Override
    public void close() {
        client.close();
    }
}
