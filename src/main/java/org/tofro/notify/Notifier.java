package org.tofro.notify;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tofro.run.EarlyEnd;
import org.tofro.settings.Notification;
import org.tofro.settings.Notification.Command;
import org.tofro.settings.Notification.Email;
import org.tofro.settings.Notification.Topic;
import org.tofro.settings.Notification.Webhook;
import org.tofro.settings.SecretStores;

/**
 * Tells people how a run has ended. Whoever cannot be told makes no run fail: the answer says so. Nothing is sent twice, as
 * a message whose answer was lost may have arrived.
 */
public final class Notifier {
    private final List<Notification> notifications;
    private final KeptValues values;
    private final EarlyEnd leaving;

    /**
     * @param environment gives the variables that hold webhooks' addresses and the like
     * @param stores give those that are kept elsewhere
     * @param leaving says whether the process is about to end
     */
    public Notifier(
            List<Notification> notifications,
            Function<String, @Nullable String> environment,
            SecretStores stores,
            EarlyEnd leaving) {
        this.notifications = List.copyOf(notifications);
        this.values = new KeptValues(environment, stores);
        this.leaving = leaving;
    }

    /** Tells everyone who wants to hear of it; returns for each how that went. */
    public List<Told> tell(RunMessage message) throws InterruptedException {
        List<Told> told = new ArrayList<>();
        for (Notification notification : notifications) {
            if (notification.events().stream().anyMatch(message.events()::contains)) {
                told.add(new Told(notification.words(), tell(notification.channel(), message)));
            }
        }
        return told;
    }

    /**
     * How telling went.
     *
     * @param notification who was to be told of what
     * @param trouble why they were not; null where they were
     */
    public record Told(String notification, @Nullable String trouble) {
        /** For the report. */
        @Override
        public String toString() {
            return notification + (trouble == null ? ": told" : ": not told, " + trouble);
        }
    }

    private @Nullable String tell(Notification.Channel channel, RunMessage message) throws InterruptedException {
        try {
            sender(channel).send(message, new TimeLimit(leaving));
            return null;
        } catch (NotToldException e) {
            return e.getMessage();
        }
    }

    private Sender sender(Notification.Channel channel) {
        if (channel instanceof Command command) {
            return new CommandSender(command);
        }
        if (channel instanceof Topic topic) {
            return new TopicSender(topic);
        }
        if (channel instanceof Email email) {
            return new EmailSender(email, values);
        }
        return new WebhookSender((Webhook) channel, values);
    }
}
