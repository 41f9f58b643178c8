package org.tofro.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tofro.data.Durations;
import org.tofro.problem.Problems;
import org.tofro.yaml.FieldReader;
import org.tofro.yaml.Node;

/**
 * Reads {@code bootstrap} of a pipeline: a command, a mapping with one, a list of them, or Dataduct's mapping of {@code ec2}
 * and {@code emr} to its steps of type {@code transform}, of which the command counts.
 */
final class BootstrapReader {
    /** What Dataduct's steps say beside their command, which has no meaning here. */
    private static final List<String> ANCESTORS_KEYS =
            List.of("step_type", "type", "name", "description", "no_output", "no_input", "resource_type", "depends_on");

    private final PipelineText text;
    private final Problems problems;

    BootstrapReader(PipelineText text, Problems problems) {
        this.text = text;
        this.problems = problems;
    }

    List<Bootstrap> read(FieldReader reader) {
        FieldReader.Entry entry = reader.find("bootstrap");
        if (entry == null) {
            return List.of();
        }
        List<Bootstrap> all = new ArrayList<>();
        if (entry.value() instanceof Node.Entries entries
                && entries.entries().stream()
                        .anyMatch(each -> List.of("ec2", "emr").contains(each.key()))) {
            FieldReader places =
                    new FieldReader("'bootstrap'", entries, problems, scalar -> text.expand(scalar, problems));
            commands(places.find("ec2"), Bootstrap.Place.LAUNCHER, all);
            commands(places.find("emr"), Bootstrap.Place.CLUSTER, all);
            places.finish();
        } else {
            commands(entry, Bootstrap.Place.EVERYWHERE, all);
        }
        return all;
    }

    private void commands(FieldReader.@Nullable Entry entry, Bootstrap.Place place, List<Bootstrap> all) {
        if (entry == null) {
            return;
        }
        List<Node> nodes = entry.value() instanceof Node.Items items ? items.items() : List.of(entry.value());
        for (Node node : nodes) {
            command(node, place).ifPresent(all::add);
        }
    }

    private Optional<Bootstrap> command(Node node, Bootstrap.Place place) {
        if (node instanceof Node.Scalar scalar && !scalar.isNull()) {
            return Optional.ofNullable(text.expand(scalar, problems))
                    .flatMap(command -> bootstrap(command, place, Bootstrap.DEFAULT_TIMEOUT));
        }
        if (!(node instanceof Node.Entries entries)) {
            problems.add(
                    node.span(),
                    "an entry of 'bootstrap' is a command of the shell or a mapping with the key 'command', and this is "
                            + node.kind());
            return Optional.empty();
        }
        FieldReader reader =
                new FieldReader("an entry of 'bootstrap'", entries, problems, scalar -> text.expand(scalar, problems));
        Node.Scalar command = reader.scalar("command", "script", "string");
        Duration timeout = timeout(reader);
        ANCESTORS_KEYS.forEach(reader::unwanted);
        if (command == null) {
            reader.missing("command");
        }
        reader.finish();
        return command == null ? Optional.empty() : bootstrap(command, place, timeout);
    }

    private Optional<Bootstrap> bootstrap(Node.Scalar command, Bootstrap.Place place, Duration timeout) {
        if (command.text().isBlank()) {
            problems.add(command.span(), "an entry of 'bootstrap' is empty");
            return Optional.empty();
        }
        return Optional.of(new Bootstrap(command.text(), place, timeout));
    }

    private Duration timeout(FieldReader reader) {
        Node.Scalar scalar = reader.scalar("timeout");
        if (scalar == null) {
            return Bootstrap.DEFAULT_TIMEOUT;
        }
        Optional<Duration> read = Durations.parse(scalar.text());
        if (read.isEmpty()) {
            problems.add(
                    scalar.span(),
                    "'timeout' takes a time such as 30 s, 5 minutes, 2 hours or 1 day, not "
                            + FieldReader.quoted(scalar.text()));
        }
        return read.orElse(Bootstrap.DEFAULT_TIMEOUT);
    }
}
