package org.tofro.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tofro.connect.aws.AwsSecretStores;
import org.tofro.run.EarlyEnd;
import org.tofro.settings.Notification;
import org.tofro.settings.Notification.Event;

/** Messages to topics of SNS. */
class TopicSenderTest {
    private static final String ARN = "arn:aws:sns:eu-west-1:123456789012:nights";

    @BeforeAll
    static void haveCredentials() {
        System.setProperty("aws.accessKeyId", "AKIDEXAMPLE");
        System.setProperty("aws.secretAccessKey", "hunter2hunter2");
    }

    @AfterAll
    static void haveNone() {
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }

    static RunMessage message() {
        return new RunMessage(
                java.util.Set.of(Event.FAILURE, Event.FAILED_CHECK),
                "pipeline müsli failed for 2026-11-23 (run müsli-1)\nstep load failed: no\nto go on with it: tofro resume"
                        + " müsli-1",
                Map.of("pipeline", "müsli", "run", "müsli-1", "result", "FAILED"));
    }

    static @Nullable String told(Notification.Channel channel, EarlyEnd leaving) throws InterruptedException {
        Notification notification = new Notification(java.util.Set.of(Event.FAILURE), channel);
        List<Notifier.Told> told = new Notifier(
                        List.of(notification),
                        name -> name.equals("PASSWORD") ? "s3cr3t" : null,
                        AwsSecretStores.ofThisProcess(),
                        leaving)
                .tell(message());
        assertThat(told).hasSize(1);
        return told.get(0).trouble();
    }

    @Test
    void itPublishesTextSubjectAndAttributes() throws Exception {
        try (FakeTopics topics = new FakeTopics(200, "")) {
            assertThat(told(new Notification.Topic(ARN, topics.address()), new EarlyEnd()))
                    .isNull();

            assertThat(topics.requests).hasSize(1);
            Map<String, String> request = topics.requests.get(0);
            assertThat(request)
                    .containsEntry("method", "POST")
                    .containsEntry("Action", "Publish")
                    .containsEntry("Version", "2010-03-31")
                    .containsEntry("TopicArn", ARN)
                    .containsEntry("Subject", "pipeline m?sli failed for 2026-11-23")
                    .containsEntry("Message", message().text())
                    .doesNotContainKey("MessageGroupId");
            assertThat(request.get("authorization"))
                    .startsWith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")
                    .contains("/eu-west-1/sns/aws4_request");
            assertThat(attributes(request))
                    .containsExactlyInAnyOrderEntriesOf(Map.of(
                            "pipeline", "müsli",
                            "run", "müsli-1",
                            "result", "FAILED",
                            "events", "failed_check,failure"));
        }
    }

    private static Map<String, String> attributes(Map<String, String> request) {
        Map<String, String> attributes = new java.util.TreeMap<>();
        for (int i = 1; request.containsKey("MessageAttributes.entry." + i + ".Name"); i++) {
            String entry = "MessageAttributes.entry." + i;
            assertThat(request.get(entry + ".Value.DataType")).isEqualTo("String");
            attributes.put(request.get(entry + ".Name"), request.get(entry + ".Value.StringValue"));
        }
        return attributes;
    }

    @Test
    void whatATopicInOrderWantsIsThere() throws Exception {
        try (FakeTopics topics = new FakeTopics(200, "")) {
            assertThat(told(new Notification.Topic(ARN + ".fifo", topics.address()), new EarlyEnd()))
                    .isNull();

            assertThat(topics.requests.get(0)).containsEntry("MessageGroupId", "müsli");
            assertThat(topics.requests.get(0).get("MessageDeduplicationId")).isNotBlank();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            404 | NotFound           | SNS has no such topic in that region
            403 | AuthorizationError | the credentials may not publish to the topic (sns:Publish)
            500 | InternalError      | SNS answers 500 InternalError
            429 | Throttled          | SNS answers 429 Throttled
            """)
    void itSaysOnceWhyItWasNotTaken(int status, String code, String why) throws Exception {
        try (FakeTopics topics = new FakeTopics(status, code)) {
            assertThat(told(new Notification.Topic(ARN, topics.address()), new EarlyEnd()))
                    .isEqualTo(why);
            assertThat(topics.requests)
                    .as("what may have arrived is not sent again")
                    .hasSize(1);
        }
    }

    @Test
    void whoCannotBeReachedIsSaid() throws Exception {
        assertThat(told(new Notification.Topic(ARN, "http://127.0.0.1:1"), new EarlyEnd()))
                .isEqualTo("SNS cannot be reached");
    }
}
