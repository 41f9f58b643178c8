package org.tofro.kvs;

import java.io.Serializable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A version of a job, as its row in the versions table describes it.
 *
 * @param job the job
 * @param number one more than that of the version begun before it; never used twice
 * @param state how far it has come
 * @param owner what makes it, such as {@code pipeline/step}
 * @param run the run of that in which it was begun; the same run, when it comes again, goes on with it
 * @param epoch the job's epoch when it was begun; it can be published only as long as that stands
 * @param schema its columns
 * @param writtenAt the write timestamp of all its cells, in microseconds since 1970
 * @param figures what was counted; {@link VersionFigures#NONE} before it is published
 * @param begunAt when it was begun
 * @param publishedAt when it was first made current; null before
 * @param alive whether its writer has shown itself lately
 */
public record JobVersion(
        JobName job,
        int number,
        State state,
        String owner,
        String run,
        long epoch,
        KvsSchema schema,
        long writtenAt,
        VersionFigures figures,
        Instant begunAt,
        @Nullable Instant publishedAt,
        boolean alive)
        implements Serializable {
    /** How far a version has come. */
    public enum State {
        /** Its table is made and filled; no reader looks there. */
        LOADING,
        /** It is or was current, and can be made current again. */
        PUBLISHED,
        /** Its table is being dropped; nothing makes it current again. */
        DROPPING
    }

    /** Its table. */
    public String table() {
        return job.table(number);
    }
}
