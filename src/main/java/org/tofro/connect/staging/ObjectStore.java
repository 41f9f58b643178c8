package org.tofro.connect.staging;

import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** Objects by key, below one prefix. Every method may throw a {@link StagingException}. */
sealed interface ObjectStore extends AutoCloseable permits FolderStore, S3Store {
    /** The full address of a key, as records and manifests spell it. */
    String uri(String key);

    /** Starts an object; a key is used once and never overwritten. */
    ObjectWriter create(String key);

    /** Writes a small object as a whole, replacing what was there. */
    void put(String key, byte[] content);

    /** The content of an object, or nothing where there is none. */
    Optional<InputStream> open(String key);

    /** Every object whose key starts with the prefix, in the order of the keys. */
    List<StoredObject> list(String prefix);

    /** Removes an object; nothing happens where there is none. */
    void delete(String key);

    /** Removes objects; those that are not there are passed over. */
    void deleteAll(List<String> keys);

    @Override
    void close();
}
