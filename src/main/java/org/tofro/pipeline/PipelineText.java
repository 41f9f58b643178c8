package org.tofro.pipeline;

import static org.tofro.yaml.FieldReader.quoted;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tofro.data.SqlScript;
import org.tofro.problem.Problems;
import org.tofro.problem.Span;
import org.tofro.yaml.Node;
import org.tofro.yaml.Template;

/**
 * A pipeline file's surroundings: the variables of its expressions, and the folders in which its paths are looked up.
 *
 * @param file the pipeline file
 * @param variables what its expressions stand for
 * @param files the files that have been found for it
 */
record PipelineText(Path file, Variables variables, NamedFiles files) {
    /** The same with other variables. */
    PipelineText with(Variables others) {
        return new PipelineText(file, others, files);
    }

    /** The value with its expressions resolved; null, with a problem, where one cannot be. */
    Node.@Nullable Scalar expand(Node.Scalar scalar, Problems problems) {
        if (!scalar.text().contains("${")
                && !scalar.text().contains("#{")
                && !scalar.text().contains("{S3_BASE_PATH}")) {
            return scalar;
        }
        Problems found = new Problems();
        String text = Template.parse(scalar, found).fill(expression -> variables.resolve(expression, found));
        found.all().forEach(problems::add);
        return found.isEmpty() ? scalar.withText(text) : null;
    }

    /** The value with its dates left open, for the run's interval; a stand-in where it is null. */
    DatedText dated(Node.@Nullable Scalar scalar, Problems problems) {
        ZoneId zone = variables.schedule() == null
                ? ZoneOffset.UTC
                : variables.schedule().zone();
        String template = scalar == null
                ? "?"
                : Template.parse(scalar, problems)
                        .fill(expression -> expression.kind().equals("date")
                                ? "{date:" + expression.argument() + "}"
                                : variables.resolve(expression, problems));
        return new DatedText(template, zone, variables.interval());
    }

    /** SQL of the file, with the line at which it begins. */
    SqlScript sql(Node.Scalar scalar, Problems problems) {
        String firstWord = scalar.text().strip().split("\\s", 2)[0];
        Span start = firstWord.isEmpty() ? scalar.span() : scalar.within(firstWord, 0);
        Template template = Template.parse(scalar, problems);
        String sql = SqlTemplate.fill(template, variables, problems);
        return new SqlScript(sql, start.file() + ":" + start.line());
    }

    /** A place of this machine, whether anything is there or not: beside the pipeline's own file where it is relative. */
    LocalPath place(Node.Scalar scalar, Problems problems) {
        try {
            Path place = file.toAbsolutePath().resolveSibling(scalar.text()).normalize();
            files.addPlace(scalar, place);
            return new LocalPath(scalar.text(), place.toString());
        } catch (InvalidPathException impossible) {
            problems.add(scalar.span(), quoted(scalar.text()) + " is no path of a file");
            return LocalPath.NONE;
        }
    }

    /** A file that the pipeline names: beside the pipeline's own file, else in the working directory. */
    @Nullable
    Path find(Node.Scalar scalar, Problems problems) {
        List<Path> places = new ArrayList<>();
        try {
            places.add(file.resolveSibling(scalar.text()));
            places.add(Path.of(scalar.text()));
        } catch (InvalidPathException impossible) {
            problems.add(scalar.span(), quoted(scalar.text()) + " is no path of a file");
            return null;
        }
        Optional<Path> found = places.stream().filter(Files::isRegularFile).findFirst();
        if (found.isEmpty()) {
            problems.add(
                    scalar.span(),
                    "there is no file " + quoted(scalar.text())
                            + " beside the pipeline's file nor in the working directory");
        }
        found.ifPresent(path -> files.add(scalar, path));
        return found.orElse(null);
    }
}
