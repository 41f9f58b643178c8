package org.tofro.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tofro.problem.Problem;
import org.tofro.problem.Problems;
import org.tofro.problem.Span;
import org.tofro.yaml.Node;
import org.tofro.yaml.Template;

/**
 * Resolves the expressions of a runner file: <code>${env:NAME}</code> and <code>${file:path}</code>, and in the place of a
 * secret <code>${aws-secret:name}</code> and <code>${aws-parameter:name}</code> too, which are not asked for here. What is
 * written wrongly is a problem at once; what is only missing on this machine is collected apart, as it may not be needed.
 */
final class References {
    private static final String KINDS = "${env:NAME}, ${file:path}, ${aws-secret:name#key} or ${aws-parameter:name}";

    private static final Pattern SECRET_ID = Pattern.compile(
            "[A-Za-z0-9/_+=.@-]{1,512}|arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+");

    private static final Pattern PARAMETER = Pattern.compile(
            "(?:arn:aws[a-z-]*:ssm:[a-z0-9-]+:[0-9]{12}:parameter)?[A-Za-z0-9_./-]+(?::[A-Za-z0-9_.-]+)?");

    private final Path runnerFile;
    private final Function<String, @Nullable String> environment;
    private final SecretStores stores;
    private final Problems problems;
    private final List<Problem> missing = new ArrayList<>();

    References(
            Path runnerFile, Function<String, @Nullable String> environment, SecretStores stores, Problems problems) {
        this.runnerFile = runnerFile;
        this.environment = environment;
        this.stores = stores;
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
            return switch (expression.kind()) {
                case "aws-secret" -> secretsManager(expression);
                case "aws-parameter" -> parameterStore(expression);
                default -> Secret.of(value(expression));
            };
        }
        problems.addUnquoted(
                scalar.span(),
                "'" + field + "' must not stand in the file; write " + KINDS
                        + " in its place, and keep the value there");
        return Secret.of("");
    }

    /** A new token for each session of that user. */
    Secret databaseToken(String host, int port, String user, @Nullable String region) {
        return Secret.from(stores.databaseToken(host, port, user, region));
    }

    private Secret secretsManager(Template.Expression expression) {
        String[] parts = expression.argument().split("#", 2);
        if (!SECRET_ID.matcher(parts[0]).matches() || (parts.length == 2 && parts[1].isBlank())) {
            problems.add(
                    expression.span(),
                    "'" + expression.text()
                            + "' names no secret; one looks like ${aws-secret:prod/database#password}, with"
                            + " the secret's name or ARN, and the key where it is a JSON object");
            return Secret.of("");
        }
        return Secret.from(stores.referred(expression.kind(), expression.argument()));
    }

    private Secret parameterStore(Template.Expression expression) {
        if (!PARAMETER.matcher(expression.argument()).matches()) {
            problems.add(
                    expression.span(),
                    "'" + expression.text()
                            + "' names no parameter; one looks like ${aws-parameter:/prod/database/password}");
            return Secret.of("");
        }
        return Secret.from(stores.referred(expression.kind(), expression.argument()));
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
            case "aws-secret", "aws-parameter" ->
                problems.add(
                        expression.span(),
                        "'" + expression.text() + "' is a secret, and this value is not kept as one; use ${env:NAME} or"
                                + " ${file:path}");
            default ->
                problems.add(
                        expression.span(),
                        "'" + expression.text() + "' is of no known kind; a runner file knows ${env:NAME} and"
                                + " ${file:path}, and for secrets ${aws-secret:name#key} and ${aws-parameter:name}");
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
