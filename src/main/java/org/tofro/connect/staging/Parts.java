package org.tofro.connect.staging;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.tofro.data.StagedFile;

/**
 * The files of one attempt: gives out numbers, keeps what was finished, and removes it again when the attempt fails.
 * Safe for many writers at once; each writer fills a part of its own.
 */
public final class Parts {
    static final long ROLL_BYTES = 96L << 20;

    private final ObjectStore store;
    private final AttemptPath path;
    private final long rollBytes;
    private final AtomicInteger next = new AtomicInteger();
    private final LongAdder storedBytes;
    private final List<StagedFile> finished = new ArrayList<>();
    private final List<String> names = new ArrayList<>();

    Parts(ObjectStore store, AttemptPath path, LongAdder storedBytes, long rollBytes) {
        this.store = store;
        this.path = path;
        this.storedBytes = storedBytes;
        this.rollBytes = rollBytes;
    }

    /** Starts the next part. */
    public PartWriter open() {
        String name = path.part(next.getAndIncrement());
        return new PartWriter(this, name, store.uri(name), store.create(name), rollBytes, storedBytes);
    }

    synchronized void finished(String name, StagedFile file) {
        names.add(name);
        finished.add(file);
    }

    /** The parts that were finished so far, in the order of their names. */
    public synchronized List<StagedFile> files() {
        return finished.stream().sorted(Comparator.comparing(StagedFile::uri)).toList();
    }

    /**
     * Removes the parts that were finished, after a failure. Numbers go on from where they stood, so nothing is
     * overwritten. What cannot be removed stays: no record names it, and cleaning finds it later.
     */
    public synchronized void discard() {
        for (String name : names) {
            try {
                store.delete(name);
            } catch (StagingException leftOver) {
                // An object that no record names does no harm; the failure that brought us here matters more.
            }
        }
        names.clear();
        finished.clear();
    }
}
