package org.tofro.settings;

import static java.util.stream.Collectors.joining;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

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

    /** How somebody is told. It holds no secret: those are looked up when they are needed. */
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
     * @param address where the address is kept
     */
    public record Webhook(Reference address) implements Channel {
        @Override
        public String toString() {
            return "webhook " + address;
        }
    }

    /**
     * A topic of Amazon SNS.
     *
     * @param arn the topic's name in full, which says its region too
     * @param endpoint where SNS is asked; null for AWS's own
     */
    public record Topic(String arn, @Nullable String endpoint) implements Channel {
        /** The region that the topic is in. */
        public String region() {
            return arn.split(":")[3];
        }

        @Override
        public String toString() {
            return "sns " + arn;
        }
    }

    /**
     * Mail.
     *
     * @param to whose
     * @param from the sender
     * @param server the host of the mail server, and how it is talked to
     */
    public record Email(List<String> to, String from, MailServer server) implements Channel {
        public Email {
            to = List.copyOf(to);
        }

        @Override
        public String toString() {
            return "email to " + String.join(", ", to);
        }
    }

    /**
     * A server that sends mail.
     *
     * @param security how the connection is kept from others
     * @param caFile a file of certificates, in PEM, that are trusted in place of the JVM's; null for those
     * @param user who sends, or where that is kept; null for a server that asks nobody
     * @param password where the password is kept; null likewise
     */
    public record MailServer(
            String host,
            int port,
            Security security,
            @Nullable String caFile,
            @Nullable Login user,
            @Nullable Reference password)
            implements Serializable {
        /** How a connection is kept from others. */
        public enum Security {
            /** It begins openly and goes on by TLS before anything is said; one that cannot is given up. */
            STARTTLS,
            /** TLS from the first byte on. */
            TLS,
            /** Not at all: for a server on this machine. */
            NONE
        }
    }

    /**
     * A user's name.
     *
     * @param name as it was given; null where it is kept elsewhere
     * @param kept where it is kept; null where it was given
     */
    public record Login(@Nullable String name, @Nullable Reference kept) implements Serializable {}

    /** As the plan says it: {@code failure, lateness: webhook ${env:SLACK_URL}}. */
    public String words() {
        return new TreeSet<>(events).stream().map(Event::word).collect(joining(", ")) + ": " + channel;
    }
}
