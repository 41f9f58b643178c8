package org.tofro.connect.staging;

import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.tofro.settings.S3Connection;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Delete;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.services.s3.model.S3Object;

/** A prefix of an S3 bucket as an object store. */
final class S3Store implements ObjectStore {
    /** The most that one request of S3 deletes. */
    private static final int MOST_AT_ONCE = 1_000;

    private final S3Client client;
    private final String bucket;
    private final String prefix;
    private final S3Failures failures;
    private final ExecutorService uploads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "tofro-s3-upload");
        thread.setDaemon(true);
        return thread;
    });

    private S3Store(S3Client client, String bucket, String prefix, S3Failures failures) {
        this.client = client;
        this.bucket = bucket;
        this.prefix = prefix;
        this.failures = failures;
    }

    static S3Store at(String uri, @Nullable S3Connection connection) {
        String path = uri.substring("s3://".length());
        int slash = path.indexOf('/');
        String bucket = slash < 0 ? path : path.substring(0, slash);
        String prefix = slash < 0 ? "" : path.substring(slash + 1);
        if (bucket.isEmpty()) {
            throw new StagingException("staging area '%s' names no bucket".formatted(uri), false, null);
        }
        String slashed = prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
        S3Failures failures = new S3Failures(bucket, connection == null ? null : connection.endpoint());
        try {
            return new S3Store(S3Clients.open(connection), bucket, slashed, failures);
        } catch (SdkException e) {
            throw failures.translate("cannot open", uri, e);
        }
    }

    @Override
    public String uri(String key) {
        return "s3://" + bucket + "/" + prefix + key;
    }

    @Override
    public ObjectWriter create(String key) {
        return new S3Upload(this, key);
    }

    @Override
    public void put(String key, byte[] content) {
        put(key, content, content.length);
    }

    void put(String key, byte[] content, int length) {
        call(
                "cannot write",
                key,
                () -> client.putObject(
                        request -> request.bucket(bucket).key(prefix + key), S3Upload.body(content, length)));
    }

    @Override
    public Optional<InputStream> open(String key) {
        return call("cannot read", key, () -> {
            try {
                return Optional.of(
                        client.getObject(request -> request.bucket(bucket).key(prefix + key)));
            } catch (NoSuchKeyException e) {
                return Optional.empty();
            }
        });
    }

    @Override
    public void each(String keyPrefix, Consumer<StoredObject> visitor) {
        call("cannot list", keyPrefix, () -> {
            for (S3Object object : client.listObjectsV2Paginator(
                            request -> request.bucket(bucket).prefix(prefix + keyPrefix))
                    .contents()) {
                visitor.accept(new StoredObject(
                        object.key().substring(prefix.length()),
                        object.size(),
                        object.lastModified() == null ? Instant.MAX : object.lastModified()));
            }
            return keyPrefix;
        });
    }

    @Override
    public void delete(String key) {
        call(
                "cannot delete",
                key,
                () -> client.deleteObject(request -> request.bucket(bucket).key(prefix + key)));
    }

    @Override
    public void deleteAll(List<String> keys) {
        for (int from = 0; from < keys.size(); from += MOST_AT_ONCE) {
            List<String> some = keys.subList(from, Math.min(keys.size(), from + MOST_AT_ONCE));
            List<ObjectIdentifier> objects = some.stream()
                    .map(key -> ObjectIdentifier.builder().key(prefix + key).build())
                    .toList();
            List<S3Error> errors = call(
                    "cannot delete",
                    some.get(0),
                    () -> client.deleteObjects(request -> request.bucket(bucket)
                                    .delete(Delete.builder()
                                            .objects(objects)
                                            .quiet(true)
                                            .build()))
                            .errors());
            if (!errors.isEmpty()) {
                S3Error first = errors.get(0);
                throw new StagingException(
                        "cannot delete s3://%s/%s: %s".formatted(bucket, first.key(), first.message()), false, null);
            }
        }
    }

    @Override
    public void close() {
        uploads.shutdownNow();
        client.close();
    }

    /** Runs a call of the client and says in one sentence what went wrong with which object. */
    <T> T call(String what, String key, Supplier<T> request) {
        try {
            return request.get();
        } catch (SdkException e) {
            throw failures.translate(what, uri(key), e);
        }
    }

    S3Client client() {
        return client;
    }

    String bucket() {
        return bucket;
    }

    String fullKey(String key) {
        return prefix + key;
    }

    ExecutorService uploads() {
        return uploads;
    }
}
