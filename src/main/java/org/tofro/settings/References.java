package org.tofro.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tofro.problem.Problem;
import org.tofro.problem.Problems;
import org.tofro.problem.Span;
import org.tofro.yaml.Node;
import org.tofro.yaml.Template;

/**
 * Resolves the expressions of a runner file: <code>${env:NAME}</code> and <code>${file:path}</code>. What is written
 * wrongly is a problem at once; what is only missing on this machine is collected apart, as it may not be needed.
 */
final class References {
    private final Path runnerFile;
    private final Function<String, @Nullable String> environment;
    private final Problems problems;
    private final List<Problem> missing = new ArrayList<>();

    References(Path runnerFile, Function<String, @Nullable String> environment, Problems problems) {
        this.runnerFile = runnerFile;
        this.environment = environment;
        this.problems = problems;
    }

    /** What has been found missing since the last call. */
    List<Problem> takeMissing() {
        List<Problem> taken = List.copyOf(missing);
        missing.clear();
        return taken;
    }

    /** Whether an expression of the value stands for something that this machine lacks. */
    boolean lacksSomethingOf(Node.Scalar scalar) {
        Span span = scalar.span();
        return missing.stream()
                .map(Problem::span)
                .anyMatch(at -> at.line() == span.line()
                        && at.column() >= span.column()
                        && at.column() < span.column() + span.length());
    }

    /** A value with its expressions resolved. */
    Node.Scalar expand(Node.Scalar scalar) {
        if (!scalar.text().contains("${") && !scalar.text().contains("#{")) {
            return scalar;
        }
        return scalar.withText(Template.parse(scalar, problems).fill(this::value));
    }

    /** A secret: one expression and nothing else. */
    Secret secret(String field, Node.Scalar scalar) {
        Template template = Template.parse(scalar, new Problems());
        if (template.parts().size() == 1 && template.parts().get(0) instanceof Template.Expression expression) {
            return Secret.of(value(expression));
        }
        problems.addUnquoted(
                scalar.span(),
                "'" + field + "' must not stand in the file; write ${env:NAME} or ${file:path} in its place,"
                        + " and keep the value there");
        return Secret.of("");
    }

    private String value(Template.Expression expression) {
        String argument = expression.argument();
        switch (expression.kind()) {
            case "env" -> {
                String value = environment.apply(argument);
                return value != null
                        ? value
                        : lacks(expression, "the environment variable '" + argument + "' is not set");
            }
            case "file" -> {
                return file(expression);
            }
            case "aws-secret" ->
                problems.add(
                        expression.span(),
                        "'" + expression.text() + "' asks AWS Secrets Manager, which comes with a later version;"
                                + " use ${env:NAME} or ${file:path}");
            default ->
                problems.add(
                        expression.span(),
                        "'" + expression.text()
                                + "' is of no known kind; a runner file knows ${env:NAME} and ${file:path}");
        }
        return "";
    }

    private String file(Template.Expression expression) {
        String path = expression.argument();
        try {
            Path beside = runnerFile.resolveSibling(path);
            Path file = Files.isRegularFile(beside) ? beside : Path.of(path);
            if (!Files.isRegularFile(file)) {
                return lacks(expression, "there is no file '" + path + "'");
            }
            if (Files.size(file) > 65_536) {
                return lacks(expression, "the file '" + path + "' is longer than 64 KiB, too long for one value");
            }
            return Files.readString(file).stripTrailing();
        } catch (IOException | InvalidPathException unreadable) {
            return lacks(expression, "the file '" + path + "' cannot be read");
        }
    }

    private String lacks(Template.Expression expression, String message) {
        missing.add(new Problem(expression.span(), message));
        return "";
    }
}
