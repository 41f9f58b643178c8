package org.tofro.pipeline;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.tofro.problem.Problems;
import org.tofro.problem.SourceText;
import org.tofro.problem.Span;

/** Reads the files of SQL that a pipeline names. */
final class SqlFile {
    private static final int LONGEST = 1 << 20;

    private SqlFile() {}

    /**
     * The file's text; empty, with a problem, where it is not to be had.
     *
     * @param what what it should hold, for the message: "a table's definition"
     */
    static Optional<SourceText> read(Path file, String what, Problems problems) {
        String name = file.toString();
        try {
            if (Files.size(file) > LONGEST) {
                problems.addUnquoted(Span.startOf(name), "the file is longer than 1 MiB, too long for " + what);
                return Optional.empty();
            }
            String text = Files.readString(file);
            return Optional.of(new SourceText(name, text.startsWith("\uFEFF") ? text.substring(1) : text));
        } catch (MalformedInputException wrong) {
            problems.addUnquoted(Span.startOf(name), "the file is not UTF-8; save it as UTF-8");
        } catch (IOException unreadable) {
            problems.addUnquoted(Span.startOf(name), "the file cannot be read");
        }
        return Optional.empty();
    }
}
