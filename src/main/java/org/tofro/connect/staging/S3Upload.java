package org.tofro.connect.staging;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * An object on its way to S3. What fits into one buffer goes by a single put; more goes by a multipart upload whose
 * parts are sent in the background while the writer goes on. At most three buffers of 8 MiB live at a time: one being
 * filled and two being sent.
 */
final class S3Upload implements ObjectWriter {
    static final int PART_BYTES = 8 << 20;
    private static final int FIRST_BYTES = 64 << 10;
    private static final int SENDING = 2;

    private final S3Store store;
    private final String key;
    private final BlockingQueue<byte[]> free = new ArrayBlockingQueue<>(SENDING + 1);
    private final List<Future<CompletedPart>> parts = new ArrayList<>();
    private int buffers = 1;
    private byte[] buffer = new byte[FIRST_BYTES];
    private int filled;
    private long sent;
    private @Nullable String uploadId;
    private boolean ended;

    S3Upload(S3Store store, String key) {
        this.store = store;
        this.key = key;
    }

    /** A body that the client can send again without a copy of the bytes. */
    static RequestBody body(byte[] bytes, int length) {
        return RequestBody.fromContentProvider(
                () -> new ByteArrayInputStream(bytes, 0, length), length, "application/octet-stream");
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        int from = offset;
        int left = length;
        while (left > 0) {
            if (filled == buffer.length) {
                makeRoom();
            }
            int step = Math.min(left, buffer.length - filled);
            System.arraycopy(bytes, from, buffer, filled, step);
            filled += step;
            from += step;
            left -= step;
        }
    }

    private void makeRoom() {
        if (buffer.length < PART_BYTES) {
            buffer = Arrays.copyOf(buffer, Math.min(PART_BYTES, buffer.length * 4));
            return;
        }
        send();
        byte[] next = free.poll();
        if (next == null && buffers <= SENDING) {
            buffers++;
            next = new byte[PART_BYTES];
        }
        buffer = next != null ? next : takeFree();
    }

    private byte[] takeFree() {
        try {
            return free.take();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private void send() {
        failEarly();
        String id = uploadId;
        if (id == null) {
            id = store.call(
                    "cannot write",
                    key,
                    () -> store.client()
                            .createMultipartUpload(
                                    request -> request.bucket(store.bucket()).key(store.fullKey(key)))
                            .uploadId());
            uploadId = id;
        }
        String upload = id;
        int number = parts.size() + 1;
        byte[] content = buffer;
        int length = filled;
        filled = 0;
        sent += length;
        parts.add(store.uploads().submit(() -> upload(upload, number, content, length)));
    }

    private CompletedPart upload(String id, int number, byte[] content, int length) {
        try {
            String tag = store.call(
                    "cannot write",
                    key,
                    () -> store.client()
                            .uploadPart(
                                    request -> request.bucket(store.bucket())
                                            .key(store.fullKey(key))
                                            .uploadId(id)
                                            .partNumber(number),
                                    body(content, length))
                            .eTag());
            return CompletedPart.builder().partNumber(number).eTag(tag).build();
        } finally {
            free.add(content);
        }
    }

    /** A part that failed ends the object at once, not after another hundred megabytes. */
    private void failEarly() {
        for (Future<CompletedPart> part : parts) {
            if (part.isDone()) {
                completed(part);
            }
        }
    }

    private CompletedPart completed(Future<CompletedPart> part) {
        try {
            return part.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StagingException known) {
                throw known;
            }
            throw new StagingException("cannot write %s: the upload broke".formatted(store.uri(key)), false, e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private StagingException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new StagingException("cannot write %s: the upload was cancelled".formatted(store.uri(key)), false, e);
    }

    @Override
    public void commit() {
        if (uploadId == null) {
            store.put(key, buffer, filled);
        } else {
            if (filled > 0) {
                send();
            }
            complete(parts.stream().map(this::completed).toList());
        }
        ended = true;
        buffer = new byte[0];
    }

    /** Where the answer to the first request is lost, the client's second one is told that the upload is not there. */
    private void complete(List<CompletedPart> done) {
        store.call("cannot write", key, () -> {
            try {
                store.client()
                        .completeMultipartUpload(request -> request.bucket(store.bucket())
                                .key(store.fullKey(key))
                                .uploadId(uploadId)
                                .multipartUpload(upload -> upload.parts(done)));
            } catch (SdkException e) {
                if (!isThere()) {
                    throw e;
                }
            }
            return true;
        });
    }

    /** A key is used once, so an object of that length can only be this one. */
    private boolean isThere() {
        try {
            return store.client()
                            .headObject(
                                    request -> request.bucket(store.bucket()).key(store.fullKey(key)))
                            .contentLength()
                    == sent;
        } catch (SdkException e) {
            return false;
        }
    }

    @Override
    public void abort() {
        String id = uploadId;
        if (ended || id == null) {
            return;
        }
        ended = true;
        parts.forEach(part -> part.cancel(true));
        boolean wasInterrupted = Thread.interrupted();
        try {
            store.client()
                    .abortMultipartUpload(request -> request.bucket(store.bucket())
                            .key(store.fullKey(key))
                            .uploadId(id));
        } catch (RuntimeException e) {
            // The bucket's lifecycle rule has to end it; the failure that brought us here matters more.
        } finally {
            if (wasInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
