package org.tofro.notify;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.tofro.settings.Notification;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.SnsClientBuilder;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;
import software.amazon.awssdk.services.sns.model.PublishRequest;

/**
 * Publishes the message to a topic of Amazon SNS: its text as the body, its first line as the subject, and the pipeline, the
 * run, the result and the events as attributes by which subscriptions can filter. Credentials are AWS's own default.
 */
record TopicSender(Notification.Topic topic) implements Sender {
    /** What SNS takes: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html. */
    private static final int LONGEST_SUBJECT = 99;

    @Override
    public void send(RunMessage message, TimeLimit limit) throws NotToldException, InterruptedException {
        try {
            limit.call(() -> {
                try (SnsClient client = client()) {
                    return client.publish(request(message));
                }
            });
        } catch (ExecutionException e) {
            throw new NotToldException(reason(e.getCause() == null ? e : e.getCause()));
        }
    }

    private SnsClient client() {
        SnsClientBuilder builder = SnsClient.builder()
                .region(Region.of(topic.region()))
                .httpClientBuilder(Apache5HttpClient.builder().connectionTimeout(TimeLimit.PATIENCE))
                .overrideConfiguration(
                        o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()).apiCallTimeout(TimeLimit.PATIENCE));
        if (topic.endpoint() != null) {
            builder.endpointOverride(URI.create(topic.endpoint()));
        }
        return builder.build();
    }

    private PublishRequest request(RunMessage message) {
        Map<String, MessageAttributeValue> attributes = new HashMap<>();
        for (String fact : new String[] {"pipeline", "run", "result"}) {
            if (message.facts().get(fact) instanceof String value) {
                attributes.put(fact, text(value));
            }
        }
        attributes.put(
                "events",
                text(message.events().stream()
                        .map(Notification.Event::word)
                        .sorted()
                        .collect(Collectors.joining(","))));
        PublishRequest.Builder request = PublishRequest.builder()
                .topicArn(topic.arn())
                .subject(subject(message))
                .message(message.text())
                .messageAttributes(attributes);
        if (topic.arn().endsWith(".fifo")) {
            // Each launch of a run is told once; a resumed one says something new.
            request.messageGroupId(String.valueOf(message.facts().get("pipeline")))
                    .messageDeduplicationId(java.util.UUID.randomUUID().toString());
        }
        return request.build();
    }

    private static MessageAttributeValue text(String value) {
        return MessageAttributeValue.builder()
                .dataType("String")
                .stringValue(value)
                .build();
    }

    private static String subject(RunMessage message) {
        String plain = message.subject().replaceAll("[^\\x20-\\x7e]", "?");
        return plain.length() > LONGEST_SUBJECT ? plain.substring(0, LONGEST_SUBJECT) : plain;
    }

    private static String reason(Throwable cause) {
        if (cause instanceof AwsServiceException service && service.awsErrorDetails() != null) {
            return switch (String.valueOf(service.awsErrorDetails().errorCode())) {
                case "NotFound", "NotFoundException" -> "SNS has no such topic in that region";
                case "AuthorizationError", "AuthorizationErrorException" ->
                    "the credentials may not publish to the topic (sns:Publish)";
                default ->
                    "SNS answers " + service.statusCode() + " "
                            + service.awsErrorDetails().errorCode();
            };
        }
        if (cause instanceof IllegalArgumentException) {
            return "its endpoint is no address";
        }
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (String.valueOf(each.getMessage()).contains("Unable to load credentials")) {
                return "no AWS credentials were found (environment, profile, container or instance role)";
            }
        }
        return cause instanceof SdkException
                ? "SNS cannot be reached"
                : "SNS cannot be asked (" + cause.getClass().getSimpleName() + ")";
    }
}
