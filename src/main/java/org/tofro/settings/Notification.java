package org.tofro.settings;

import static java.util.stream.Collectors.joining;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Somebody who is told how runs end.
 *
 * @param events of which events
 * @param channel how
 */
public record Notification(Set<Event> events, Channel channel) implements Serializable {
    public Notification {
        events = Set.copyOf(events);
    }

    /** What there can be to tell of a run. */
    public enum Event {
        /** A step failed or was refused, the run was ended early, or its teardown failed. */
        FAILURE,
        /** All is done. */
        SUCCESS,
        /** A pipeline that it waits for is late, so that it did not go on. */
        LATENESS,
        /** A guard or a check said no. */
        FAILED_CHECK;

        /** As a file spells it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How somebody is told. It holds no secret: a webhook's address is looked up when it is needed. */
    public sealed interface Channel extends Serializable {}

    /** A command of the shell, which gets the message on its standard input. */
    public record Command(String command) implements Channel {
        @Override
        public String toString() {
            return "command";
        }
    }

    /**
     * A web address that takes Slack's messages.
     *
     * @param kind where the address is kept: one of {@link #KINDS}
     * @param argument the name of the variable, secret or parameter, or the file's path
     */
    public record Webhook(String kind, String argument) implements Channel {
        static final List<String> KINDS = List.of("env", "file", "aws-secret", "aws-parameter");

        @Override
        public String toString() {
            return "webhook ${" + kind + ":" + argument + "}";
        }
    }

    /** As the plan says it: {@code failure, lateness: webhook ${env:SLACK_URL}}. */
    public String words() {
        return new TreeSet<>(events).stream().map(Event::word).collect(joining(", ")) + ": " + channel;
    }
}
