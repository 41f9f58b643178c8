package org.tofro.connect.extract;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import org.tofro.connect.StepLog;

/** How far an extract has come; written by its readers, read by whoever shows it. */
public final class ExtractProgress {
    private final LongAdder rows = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder readingNanos = new LongAdder();
    private final LongAdder writingNanos = new LongAdder();
    private final List<String> notes = new CopyOnWriteArrayList<>();
    private final StepLog log;

    /** Which nobody watches. */
    public ExtractProgress() {
        this(phase -> {});
    }

    /** @param log is told what the extract does from now on: that it reads, or waits for its server */
    public ExtractProgress(StepLog log) {
        this.log = log;
    }

    /** Rows read so far. */
    public long rows() {
        return rows.sum();
    }

    /** Bytes stored so far, compressed. */
    public long bytes() {
        return bytes.sum();
    }

    /** Time that readers spent on the source so far, in milliseconds, summed over the readers. */
    public long readingMillis() {
        return readingNanos.sum() / 1_000_000;
    }

    /** Time that readers spent compressing and storing so far, in milliseconds, summed over the readers. */
    public long writingMillis() {
        return writingNanos.sum() / 1_000_000;
    }

    /** What a reader of the report should know, such as that the extract had to start again. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    /** Where the parts count what they store. */
    public LongAdder storedBytes() {
        return bytes;
    }

    public void addRows(long more) {
        rows.add(more);
    }

    public void addTime(long reading, long writing) {
        readingNanos.add(reading);
        writingNanos.add(writing);
    }

    public void note(String note) {
        notes.add(note);
    }

    public void phase(String now) {
        log.phase(now);
    }

    /** As {@link StepLog#info}. */
    public void info(String words) {
        log.info(words);
    }

    /** As {@link StepLog#warn}. */
    public void warn(String words) {
        log.warn(words);
    }

    /** The extract starts again: what was moved so far does not count, the time does. */
    public void startAgain() {
        rows.reset();
        bytes.reset();
    }
}
