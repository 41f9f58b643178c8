package org.tofro.connect.kvs;

import java.io.Serializable;
import java.util.List;
import org.tofro.data.StagedFiles;
import org.tofro.kvs.JobVersion;

/**
 * The keys of one bucket, which one worker loads.
 *
 * @param version what they are loaded into
 * @param name the bucket's name
 * @param layouts the columns of each source
 * @param files the files of each source that are in the bucket
 * @param samples how many of its keys are to be read back
 * @param lanes how many lanes all buckets go in; those of one lane are loaded one after the other
 * @param startedAt when the step started, in epoch milliseconds
 */
record Bucket(
        JobVersion version,
        String name,
        List<SourceLayout> layouts,
        List<StagedFiles> files,
        int samples,
        int lanes,
        long startedAt)
        implements Serializable {
    Bucket {
        layouts = List.copyOf(layouts);
        files = List.copyOf(files);
    }
}
