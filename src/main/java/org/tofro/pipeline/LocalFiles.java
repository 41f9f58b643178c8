package org.tofro.pipeline;

import static org.tofro.yaml.FieldReader.quoted;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tofro.data.FileContent;
import org.tofro.problem.Problems;
import org.tofro.yaml.Node;

/** Reads the files that a pipeline names and that travel with its steps: scripts, and folders of them. */
final class LocalFiles {
    private static final long LARGEST = 1L << 20;
    private static final long LARGEST_FOLDER = 8L << 20;
    private static final int MOST_FILES = 500;

    private final PipelineText text;
    private final Problems problems;

    LocalFiles(PipelineText text, Problems problems) {
        this.text = text;
        this.problems = problems;
    }

    /** A file beside the pipeline's, or in the working directory; null, with a problem, where it is not to be had. */
    @Nullable
    FileContent file(Node.Scalar named) {
        Path file = text.find(named, problems);
        if (file == null) {
            return null;
        }
        try {
            if (Files.size(file) > LARGEST) {
                problems.add(named.span(), quoted(named.text()) + " is larger than 1 MiB; name it by 'script_uri'");
                return null;
            }
            return new FileContent(String.valueOf(file.getFileName()), Files.readAllBytes(file));
        } catch (IOException e) {
            problems.add(named.span(), quoted(named.text()) + " cannot be read");
            return null;
        }
    }

    /** All files of a folder and of the folders in it; empty, with a problem, where there are none. */
    List<FileContent> folder(Node.Scalar named) {
        Optional<Path> folder = find(named);
        if (folder.isEmpty()) {
            problems.add(
                    named.span(),
                    "there is no folder " + quoted(named.text())
                            + " beside the pipeline's file nor in the working directory");
            return List.of();
        }
        text.files().add(named, folder.get());
        List<FileContent> contents = new ArrayList<>();
        try (Stream<Path> all = Files.walk(folder.get())) {
            List<Path> files = all.filter(Files::isRegularFile).sorted().toList();
            long size = 0;
            for (Path file : files) {
                size += Files.size(file);
                if (size > LARGEST_FOLDER || files.size() > MOST_FILES) {
                    problems.add(
                            named.span(),
                            quoted(named.text()) + " holds more than 8 MiB or " + MOST_FILES
                                    + " files, and it travels with the step; keep in it what the script needs");
                    return List.of();
                }
                String path = folder.get().relativize(file).toString().replace('\\', '/');
                contents.add(new FileContent(path, Files.readAllBytes(file)));
            }
        } catch (IOException | UncheckedIOException e) {
            problems.add(named.span(), quoted(named.text()) + " cannot be read");
            return List.of();
        }
        if (contents.isEmpty()) {
            problems.add(named.span(), "the folder " + quoted(named.text()) + " is empty");
        }
        return contents;
    }

    private Optional<Path> find(Node.Scalar named) {
        try {
            return Stream.of(text.file().resolveSibling(named.text()), Path.of(named.text()))
                    .filter(Files::isDirectory)
                    .findFirst();
        } catch (InvalidPathException impossible) {
            return Optional.empty();
        }
    }
}
