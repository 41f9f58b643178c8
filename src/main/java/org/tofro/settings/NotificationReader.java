package org.tofro.settings;

import static org.tofro.yaml.FieldReader.quoted;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tofro.problem.Problems;
import org.tofro.problem.Spelling;
import org.tofro.settings.Notification.Event;
import org.tofro.settings.Notification.Webhook;
import org.tofro.yaml.FieldReader;
import org.tofro.yaml.Node;
import org.tofro.yaml.Template;

/** Reads {@code notify:} of a pipeline or of a runner file: a mapping, or a list of them. */
public final class NotificationReader {
    private static final List<String> WORDS =
            Arrays.stream(Event.values()).map(Event::word).toList();
    private static final Set<Event> DEFAULT = EnumSet.of(Event.FAILURE, Event.LATENESS, Event.FAILED_CHECK);

    private final Path file;
    private final Function<Node.Scalar, Node.@Nullable Scalar> expand;
    private final Problems problems;

    /**
     * @param file the file that is read: files that it names are looked for beside it first
     * @param expand resolves the expressions in a command
     */
    public NotificationReader(Path file, Function<Node.Scalar, Node.@Nullable Scalar> expand, Problems problems) {
        this.file = file;
        this.expand = expand;
        this.problems = problems;
    }

    /** The notifications, in the order of the file; null where the field is missing. */
    public @Nullable List<Notification> read(FieldReader reader) {
        FieldReader.Entry entry = reader.find("notify");
        if (entry == null) {
            return null;
        }
        List<Node> nodes = entry.value() instanceof Node.Items items ? items.items() : List.of(entry.value());
        List<Notification> notifications = new ArrayList<>();
        for (Node node : nodes) {
            if (node instanceof Node.Entries entries) {
                one(entries).ifPresent(notifications::add);
            } else {
                problems.add(
                        node.span(),
                        "an entry of 'notify' is a mapping with the key 'command' or 'webhook', and this is "
                                + node.kind());
            }
        }
        return notifications;
    }

    private Optional<Notification> one(Node.Entries entries) {
        FieldReader reader = new FieldReader("an entry of 'notify'", entries, problems, expand);
        Set<Event> events = events(reader.scalars("on"));
        FieldReader.Entry command = reader.find("command");
        FieldReader.Entry webhook = reader.find("webhook");
        if (command == null && webhook == null) {
            problems.add(entries.span(), "an entry of 'notify' needs one of the fields 'command' and 'webhook'");
        } else if (command != null && webhook != null) {
            problems.add(
                    webhook.keySpan(), "an entry of 'notify' takes either 'command' or 'webhook', and both are given");
        }
        Notification.@Nullable Channel channel = command != null ? command(reader) : webhook(reader);
        reader.finish();
        return Optional.ofNullable(channel).map(found -> new Notification(events, found));
    }

    private Set<Event> events(@Nullable List<Node.Scalar> words) {
        if (words == null) {
            return DEFAULT;
        }
        Set<Event> events = EnumSet.noneOf(Event.class);
        for (Node.Scalar word : words) {
            Optional<Event> known = Arrays.stream(Event.values())
                    .filter(event -> event.word().equals(word.text()))
                    .findFirst();
            if (known.isPresent()) {
                events.add(known.get());
            } else {
                problems.add(
                        word.span(),
                        "'on' takes " + String.join(", ", WORDS) + ", not " + quoted(word.text())
                                + Spelling.nearest(word.text(), WORDS)
                                        .map(meant -> "; did you mean '" + meant + "'?")
                                        .orElse(""));
            }
        }
        return events;
    }

    private Notification.@Nullable Channel command(FieldReader reader) {
        Node.Scalar command = reader.scalar("command");
        if (command == null || !command.text().isBlank()) {
            return command == null ? null : new Notification.Command(command.text());
        }
        problems.add(command.span(), "'command' is empty");
        return null;
    }

    /** Who knows a webhook's address can write to the channel: it is a secret. */
    private Notification.@Nullable Channel webhook(FieldReader reader) {
        Node.Scalar address = reader.raw("webhook");
        if (address == null) {
            return null;
        }
        List<Template.Part> parts = Template.parse(address, new Problems()).parts();
        if (parts.size() == 1
                && parts.get(0) instanceof Template.Expression expression
                && Webhook.KINDS.contains(expression.kind())) {
            boolean inFile = expression.kind().equals("file");
            return new Notification.Webhook(
                    expression.kind(), inFile ? beside(expression.argument()) : expression.argument());
        }
        problems.addUnquoted(
                address.span(),
                "'webhook' must not stand in the file; write ${env:NAME}, ${file:path}, ${aws-secret:name#key} or"
                        + " ${aws-parameter:name} in its place, and keep the address there");
        return null;
    }

    private String beside(String path) {
        try {
            Path sibling = file.resolveSibling(path);
            return Files.isRegularFile(sibling) ? sibling.toString() : path;
        } catch (InvalidPathException impossible) {
            // Whoever wants to read it will say so.
            return path;
        }
    }
}
