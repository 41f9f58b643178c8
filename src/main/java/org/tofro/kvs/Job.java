package org.tofro.kvs;

import java.util.List;
import java.util.Optional;

/**
 * A job as it stood when it was read.
 *
 * @param name its name
 * @param epoch how often its current version was set
 * @param current the number of the version that readers see; 0 where there is none
 * @param last the highest number that a version ever had
 * @param versions all versions that have a row, the oldest first
 */
public record Job(JobName name, long epoch, int current, int last, List<JobVersion> versions) {
    public Job {
        versions = List.copyOf(versions);
    }

    /** The version that readers see. */
    public Optional<JobVersion> currentVersion() {
        return version(current);
    }

    public Optional<JobVersion> version(int number) {
        return versions.stream().filter(version -> version.number() == number).findFirst();
    }
}
