package org.tofro.local;

import com.google.common.hash.HashCode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jclouds.blobstore.BlobStore;
import org.jclouds.blobstore.domain.BlobMetadata;

/**
 * What the stand-in of S3 holds at first: a folder with a folder per bucket. An object that is missing, or another one
 * than its file, is put; what else is in a bucket stays.
 */
record S3Seed(Path folder, BlobStore store, Consumer<String> progress) {
    void put() throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new StackException(
                    "The seed '" + folder + "' is no folder; a seed of S3 is a folder with a folder per bucket");
        }
        for (Path bucket : entries(folder)) {
            if (!Files.isDirectory(bucket)) {
                throw new StackException("The seed's file '" + bucket
                        + "' lies outside of a bucket's folder; a seed of S3 is a folder with a folder per bucket");
            }
            String name = bucket.getFileName().toString();
            if (!Stack.BUCKET_NAME.matcher(name).matches()) {
                throw new StackException("The seed's folder '" + bucket
                        + "' cannot be a bucket; its name has 3 to 63 lower-case letters, digits, '.' and '-'");
            }
            store.createContainerInLocation(null, name);
            int objects = 0;
            try (Stream<Path> files = Files.walk(bucket)) {
                for (Path file : files.filter(java.nio.file.Files::isRegularFile)
                        .sorted()
                        .toList()) {
                    String key = bucket.relativize(file).toString().replace(File.separatorChar, '/');
                    objects += put(name, key, file) ? 1 : 0;
                }
            }
            if (objects > 0) {
                progress.accept(
                        "put " + objects + (objects == 1 ? " object" : " objects") + " into s3://" + name + "/");
            }
        }
    }

    private boolean put(String bucket, String key, Path file) throws IOException {
        byte[] content = Files.readAllBytes(file);
        HashCode md5 = HashCode.fromBytes(md5().digest(content));
        BlobMetadata there = store.blobMetadata(bucket, key);
        if (there != null && md5.equals(there.getContentMetadata().getContentMD5AsHashCode())) {
            return false;
        }
        store.putBlob(
                bucket,
                store.blobBuilder(key)
                        .payload(content)
                        .contentLength(content.length)
                        .contentMD5(md5)
                        .build());
        return true;
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }

    /** README files and hidden ones are nobody's seed. */
    private static List<Path> entries(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> !file.getFileName().toString().matches("\\..*|README.*"))
                    .sorted()
                    .toList();
        }
    }
}
