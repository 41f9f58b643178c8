package org.tofro.pipeline;

import static org.tofro.yaml.FieldReader.quoted;

import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tofro.data.Durations;
import org.tofro.problem.Problems;
import org.tofro.problem.Span;
import org.tofro.settings.Notification;
import org.tofro.settings.NotificationReader;
import org.tofro.yaml.FieldReader;
import org.tofro.yaml.Node;

/** Reads what a pipeline file says of its launches: {@code max_retries}, {@code timeout}, {@code needs}, {@code notify}. */
final class RunRulesReader {
    private static final int MOST_RETRIES = 100;
    private static final int DAY_SECONDS = 86_400;

    private final PipelineText text;
    private final Problems problems;

    RunRulesReader(PipelineText text, Problems problems) {
        this.text = text;
        this.problems = problems;
    }

    /** The pipeline's fields on attempts; its {@code timeout} is the whole launch's and not handed down to its steps. */
    Attempts attempts(FieldReader reader, Attempts missing) {
        Integer retries = reader.integer(CommonField.MAX_RETRIES.name(), 0, MOST_RETRIES);
        Duration delay = duration(reader, CommonField.RETRY_DELAY.name());
        return new Attempts(
                retries == null ? missing.maxRetries() : retries,
                delay == null ? missing.retryDelay() : delay,
                duration(reader, CommonField.TIMEOUT.name()));
    }

    /** A step's fields on attempts, and those of the pipeline where it has none. */
    Attempts attempts(FieldReader reader, Step step, Attempts pipelines) {
        if (!step.isWait()) {
            return attempts(reader, pipelines);
        }
        for (String field : List.of(CommonField.MAX_RETRIES.name(), CommonField.RETRY_DELAY.name())) {
            FieldReader.Entry entry = reader.unwanted(field);
            if (entry != null) {
                problems.add(
                        entry.keySpan(),
                        reader.subject() + " looks again and again until its 'timeout'; '" + field
                                + "' has no meaning here");
            }
        }
        return new Attempts(0, Attempts.DEFAULT_DELAY, duration(reader, CommonField.TIMEOUT.name()));
    }

    /** @param zone the pipeline's time zone */
    RunRules read(FieldReader reader, Attempts attempts, List<StepSpec> teardown, ZoneId zone) {
        return new RunRules(
                attempts.timeout(),
                deadline(reader, zone),
                reader.integer("max_parallel_steps", 1, 1_000),
                needs(reader),
                new BootstrapReader(text, problems).read(reader),
                teardown,
                notifications(reader));
    }

    /** Those of {@code notify}, and the one of Dataduct's {@code topic_arn}; null where there is neither. */
    private @Nullable List<Notification> notifications(FieldReader reader) {
        NotificationReader notify =
                new NotificationReader(text.file(), scalar -> text.expand(scalar, problems), problems);
        List<Notification> given = notify.read(reader);
        notify.certificates().forEach(text.files()::add);
        Notification topic = notify.readTopicArn(reader);
        if (topic == null) {
            return given;
        }
        List<Notification> all = new ArrayList<>(given == null ? List.of() : given);
        all.add(topic);
        return all;
    }

    private @Nullable RunDeadline deadline(FieldReader reader, ZoneId zone) {
        FieldReader.Entry entry = reader.find("deadline");
        if (entry == null) {
            return null;
        }
        if (entry.value() instanceof Node.Entries entries) {
            FieldReader fields =
                    new FieldReader("'deadline'", entries, problems, scalar -> text.expand(scalar, problems));
            Node.Scalar by = fields.scalar("by");
            if (by == null) {
                fields.missing("by");
            }
            fields.finish();
            return by == null ? null : new RunDeadline(null, time(by), zone);
        }
        if (entry.value() instanceof Node.Scalar written) {
            Node.Scalar length = text.expand(written, problems);
            Optional<Duration> read = length == null ? Optional.empty() : Durations.parse(length.text());
            if (read.isEmpty() && length != null) {
                problems.add(
                        length.span(),
                        "'deadline' takes a time such as 3 hours, or {by: \"07:30\"}, not " + quoted(length.text()));
            }
            return read.map(time -> new RunDeadline(time, null, zone)).orElse(null);
        }
        problems.add(
                entry.value().span(),
                "'deadline' takes a time such as 3 hours, or {by: \"07:30\"}, and this is "
                        + entry.value().kind());
        return null;
    }

    private LocalTime time(Node.Scalar by) {
        if (by.text().matches("([01]?[0-9]|2[0-3]):[0-5][0-9]")) {
            return LocalTime.parse(by.text().length() == 4 ? "0" + by.text() : by.text());
        }
        problems.add(by.span(), "'by' takes a time of the day such as \"07:30\", not " + quoted(by.text()));
        return LocalTime.MIDNIGHT;
    }

    private List<Need> needs(FieldReader reader) {
        FieldReader.Entry entry = reader.find("needs");
        if (entry == null) {
            return List.of();
        }
        List<Node> nodes = entry.value() instanceof Node.Items items ? items.items() : List.of(entry.value());
        List<Need> needs = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Node node : nodes) {
            need(node).ifPresent(need -> {
                if (!names.add(need.pipeline())) {
                    problems.add(need.span(), "'needs' names " + quoted(need.pipeline()) + " twice");
                }
                needs.add(need);
            });
        }
        return needs;
    }

    private Optional<Need> need(Node node) {
        if (node instanceof Node.Scalar scalar && !scalar.isNull()) {
            return Optional.ofNullable(text.expand(scalar, problems))
                    .map(name -> need(name.text(), false, null, null, name.span()));
        }
        if (!(node instanceof Node.Entries entries)) {
            problems.add(
                    node.span(),
                    "an entry of 'needs' is a pipeline's name or a mapping with the key 'pipeline', and this is "
                            + node.kind());
            return Optional.empty();
        }
        FieldReader reader =
                new FieldReader("an entry of 'needs'", entries, problems, scalar -> text.expand(scalar, problems));
        Node.Scalar name = reader.scalar("pipeline");
        if (name == null) {
            reader.missing("pipeline");
        }
        Boolean okToFail = reader.flag("ok_to_fail");
        Duration timeout = duration(reader, "timeout");
        Integer refresh = reader.integer("refresh_rate", 1, DAY_SECONDS);
        reader.finish();
        return name == null
                ? Optional.empty()
                : Optional.of(need(name.text(), Boolean.TRUE.equals(okToFail), timeout, refresh, name.span()));
    }

    private static Need need(
            String pipeline, boolean okToFail, @Nullable Duration timeout, @Nullable Integer refresh, Span span) {
        return new Need(
                pipeline,
                okToFail,
                timeout == null ? Need.DEFAULT_TIMEOUT : timeout,
                Duration.ofSeconds(refresh == null ? Need.DEFAULT_REFRESH_SECONDS : refresh),
                null,
                span);
    }

    private @Nullable Duration duration(FieldReader reader, String name) {
        Node.Scalar scalar = reader.scalar(name);
        if (scalar == null) {
            return null;
        }
        Optional<Duration> duration = Durations.parse(scalar.text());
        if (duration.isEmpty()) {
            problems.add(
                    scalar.span(),
                    "'" + name + "' takes a time such as 30 s, 5 minutes, 2 hours or 1 day, not "
                            + quoted(scalar.text()));
        }
        return duration.orElse(null);
    }
}
