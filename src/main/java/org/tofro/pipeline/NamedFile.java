package org.tofro.pipeline;

import java.nio.file.Path;
import org.tofro.problem.Span;

/**
 * A file or a folder that a pipeline names.
 *
 * @param written as the pipeline has it: beside the pipeline's own file, else in the working directory
 * @param found where it was found
 * @param span where the pipeline names it
 * @param travels whether it was read, and so can be taken elsewhere; else a step reads it where it runs
 */
public record NamedFile(String written, Path found, Span span, boolean travels) {}
