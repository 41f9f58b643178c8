package org.tofro.connect.staging;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

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
    default List<StoredObject> list(String prefix) {
        List<StoredObject> objects = new ArrayList<>();
        each(prefix, objects::add);
        objects.sort(Comparator.comparing(StoredObject::name));
        return objects;
    }

    /** Shows every object whose key starts with the prefix; what is shown may be removed meanwhile. */
    void each(String prefix, Consumer<StoredObject> visitor);

    /** Removes an object; nothing happens where there is none. */
    void delete(String key);

    /** Removes objects; those that are not there are passed over. */
    void deleteAll(List<String> keys);

    @Override
    void close();
}
