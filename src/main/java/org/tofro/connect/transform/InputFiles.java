package org.tofro.connect.transform;

import org.tofro.data.StagedFiles;

/**
 * The staged files of something that a transform takes.
 *
 * @param input what it is
 * @param files its files
 */
public record InputFiles(TransformInput input, StagedFiles files) {}
