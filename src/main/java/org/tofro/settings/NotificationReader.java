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
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tofro.problem.Problems;
import org.tofro.problem.Spelling;
import org.tofro.settings.Notification.Event;
import org.tofro.yaml.FieldReader;
import org.tofro.yaml.Node;
import org.tofro.yaml.Template;

/** Reads {@code notify:} of a pipeline or of a runner file: a mapping, or a list of them. */
public final class NotificationReader {
    private static final List<String> WORDS =
            Arrays.stream(Event.values()).map(Event::word).toList();
    private static final List<String> CHANNELS = List.of("command", "webhook", "sns", "email");
    private static final Pattern TOPIC =
            Pattern.compile("arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{1,12}:[A-Za-z0-9_-]{1,256}([.]fifo)?");
    private static final Set<Event> DEFAULT = EnumSet.of(Event.FAILURE, Event.LATENESS, Event.FAILED_CHECK);

    private final Path file;
    private final Function<Node.Scalar, Node.@Nullable Scalar> expand;
    private final Problems problems;
    private final List<CertificateFile> certificates = new ArrayList<>();

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
                        "an entry of 'notify' is a mapping with one of the keys 'command', 'webhook', 'sns' and"
                                + " 'email', and this is " + node.kind());
            }
        }
        return notifications;
    }

    /** The files of certificates that what was read names beside its own file. */
    public List<CertificateFile> certificates() {
        return List.copyOf(certificates);
    }

    private Optional<Notification> one(Node.Entries entries) {
        FieldReader reader = new FieldReader("an entry of 'notify'", entries, problems, expand);
        Set<Event> events = events(reader.scalars("on"));
        List<FieldReader.Entry> given = new ArrayList<>();
        for (String channel : CHANNELS) {
            FieldReader.Entry entry = reader.find(channel);
            if (entry != null) {
                given.add(entry);
            }
        }
        if (given.isEmpty()) {
            problems.add(
                    entries.span(),
                    "an entry of 'notify' needs one of the fields 'command', 'webhook', 'sns' and 'email'");
        } else if (given.size() > 1) {
            problems.add(
                    given.get(1).keySpan(),
                    "an entry of 'notify' takes one of 'command', 'webhook', 'sns' and 'email', and "
                            + given.stream()
                                    .map(entry -> "'" + entry.key() + "'")
                                    .collect(Collectors.joining(" and "))
                            + " are given");
        }
        Notification.@Nullable Channel channel =
                given.isEmpty() ? null : channel(given.get(0).key(), reader);
        reader.finish();
        return Optional.ofNullable(channel).map(found -> new Notification(events, found));
    }

    private Notification.@Nullable Channel channel(String name, FieldReader reader) {
        return switch (name) {
            case "command" -> command(reader);
            case "webhook" -> webhook(reader);
            case "sns" -> topic(reader);
            default -> new MailReader(this, expand, problems).read(reader);
        };
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
        Reference kept = address == null ? null : reference("webhook", "address", address);
        return kept == null ? null : new Notification.Webhook(kept);
    }

    /** A reference to a value that must not stand in the file; null, with a problem, for anything else. */
    @Nullable
    Reference reference(String field, String what, Node.Scalar value) {
        Reference reference = referenceIn(value);
        if (reference == null) {
            problems.addUnquoted(
                    value.span(),
                    "'" + field + "' must not stand in the file; write ${env:NAME}, ${file:path},"
                            + " ${aws-secret:name#key} or ${aws-parameter:name} in its place, and keep the " + what
                            + " there");
        }
        return reference;
    }

    /** The reference that a value consists of; null where it is something else. */
    @Nullable
    Reference referenceIn(Node.Scalar value) {
        List<Template.Part> parts = Template.parse(value, new Problems()).parts();
        if (parts.size() == 1
                && parts.get(0) instanceof Template.Expression expression
                && Reference.KINDS.contains(expression.kind())) {
            boolean inFile = expression.kind().equals("file");
            return new Reference(expression.kind(), inFile ? beside(expression.argument()) : expression.argument());
        }
        return null;
    }

    /** A topic of SNS by its name in full, alone or in a mapping with an endpoint. */
    private Notification.@Nullable Channel topic(FieldReader reader) {
        FieldReader.Entry entry = reader.find("sns");
        if (entry != null && entry.value() instanceof Node.Entries entries) {
            FieldReader fields = new FieldReader("'sns'", entries, problems, expand);
            Node.Scalar arn = fields.scalar("topic");
            Node.Scalar endpoint = fields.scalar("endpoint");
            if (arn == null) {
                fields.missing("topic");
            }
            fields.finish();
            return arn == null ? null : topic(arn, endpoint == null ? null : endpoint.text());
        }
        Node.Scalar arn = reader.scalar("sns");
        return arn == null ? null : topic(arn, null);
    }

    /** Dataduct's {@code topic_arn}: the topic that hears of failures. */
    public @Nullable Notification readTopicArn(FieldReader reader) {
        Node.Scalar arn = reader.scalar("topic_arn");
        Notification.Channel topic = arn == null ? null : topic(arn, null);
        return topic == null ? null : new Notification(DEFAULT, topic);
    }

    private Notification.@Nullable Channel topic(Node.Scalar arn, @Nullable String endpoint) {
        if (!TOPIC.matcher(arn.text()).matches()) {
            problems.add(
                    arn.span(),
                    "a topic of SNS looks like arn:aws:sns:eu-west-1:123456789012:nights, and " + quoted(arn.text())
                            + " does not");
            return null;
        }
        return new Notification.Topic(arn.text(), endpoint);
    }

    /** Where the certificates are that a mail server's is checked by. */
    String certificates(Node.Scalar named) {
        String path = beside(named.text());
        if (CertificateFile.isRelative(named.text())
                && CertificateFile.text(Path.of(path)).isPresent()) {
            certificates.add(new CertificateFile(named.text(), Path.of(path), named.span()));
        }
        return path;
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
