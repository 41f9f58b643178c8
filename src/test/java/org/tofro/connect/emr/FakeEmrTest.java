package org.tofro.connect.emr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.emr.EmrClient;
import software.amazon.awssdk.services.emr.EmrClientBuilder;
import software.amazon.awssdk.services.emr.model.ActionOnFailure;
import software.amazon.awssdk.services.emr.model.EmrException;
import software.amazon.awssdk.services.emr.model.RunJobFlowRequest;
import software.amazon.awssdk.services.emr.model.StepSummary;

/** The endpoint of the tests refuses what EMR would not take: what passes there is signed, and has EMR's fields. */
class FakeEmrTest {
    private FakeEmr fake;

    @BeforeEach
    void start() throws Exception {
        fake = FakeEmr.start("AKIATEST", "the secret");
    }

    @AfterEach
    void stop() {
        fake.close();
    }

    private EmrClientBuilder client(String key, String secret) {
        return EmrClient.builder()
                .region(Region.EU_WEST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(key, secret)));
    }

    private static void ask(EmrClientBuilder builder) {
        try (EmrClient client = builder.build()) {
            client.runJobFlow(RunJobFlowRequest.builder()
                    .name("tofro é 1")
                    .steps(step -> step.name("s")
                            .actionOnFailure(ActionOnFailure.TERMINATE_CLUSTER)
                            .hadoopJarStep(jar -> jar.jar("j").args("a b", "c")))
                    .build());
        }
    }

    @Test
    void whatIsSignedWithTheSecretIsTaken() {
        ask(client("AKIATEST", "the secret"));

        assertThat(fake.bodies("RunJobFlow")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            AKIATEST  | another secret | eu-west-1 | InvalidSignatureException   | The request signature we calculated does not match the signature you provided.
            AKIAOTHER | the secret     | eu-west-1 | UnrecognizedClientException | The security token included in the request is invalid.
            AKIATEST  | the secret     | us-east-1 | InvalidSignatureException   | The signature is not of a request to elasticmapreduce in eu-west-1
            """)
    void whatIsSignedOtherwiseIsRefused(String key, String secret, String region, String type, String message) {
        assertThatThrownBy(() -> ask(client(key, secret).region(Region.of(region))))
                .isInstanceOfSatisfying(EmrException.class, e -> {
                    assertThat(e.statusCode()).isEqualTo(400);
                    assertThat(e.awsErrorDetails().errorCode()).isEqualTo(type);
                    assertThat(e.awsErrorDetails().errorMessage()).startsWith(message);
                });
    }

    @Test
    void whatWasChangedAfterItWasSignedIsRefused() throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(fake.endpoint()));
        ExecutionInterceptor copying = new ExecutionInterceptor() {
            @Override
            public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
                context.httpRequest().forEachHeader((name, values) -> {
                    if (!name.equalsIgnoreCase("Host") && !name.equalsIgnoreCase("Content-Length")) {
                        request.header(name, values.get(0));
                    }
                });
            }
        };
        ask(client("AKIATEST", "the secret")
                .overrideConfiguration(override -> override.addExecutionInterceptor(copying)));
        String body = fake.bodies("RunJobFlow").get(0).toString();

        assertThat(send(request, body)).contains("\"JobFlowId\"");
        assertThat(send(request, body.replace("\"c\"", "\"d\""))).contains("\"InvalidSignatureException\"");
    }

    private static String send(HttpRequest.Builder request, String body) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        request.copy()
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void whatIsNotSignedIsRefused() throws Exception {
        assertThat(send(HttpRequest.newBuilder(URI.create(fake.endpoint())), "{}"))
                .isEqualTo("{\"__type\":\"MissingAuthenticationTokenException\",\"message\":"
                        + "\"Missing Authentication Token\"}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "well", textBlock = """
            {"Name": "n", "Steps": [{"HadoopJarStep": {"Args": ["a"]}}], "Tags": [{"Key": "k"}]}    | well
            {"Configurations": [{"Configurations": [{"Properties": {"a": "b"}}]}]}                  | well
            {"Surname": "n"}                                                                        | RunJobFlow has no field 'Surname'
            {"Instances": {"InstanceGroups": [{}, {"Bid": "1"}]}}                                   | RunJobFlow.Instances.InstanceGroups[1] has no field 'Bid'
            {"Instances": {"InstanceGroups": [{"InstanceCount": "2"}]}}                             | RunJobFlow.Instances.InstanceGroups[0].InstanceCount takes a whole number, not "2"
            {"Instances": {"TerminationProtected": 0}}                                              | RunJobFlow.Instances.TerminationProtected takes true or false, not 0
            {"Steps": {"Name": "s"}}                                                                | RunJobFlow.Steps takes a list, not {"Name":"s"}
            {"Steps": [{"HadoopJarStep": {"Args": ["a", 1]}}]}                                      | RunJobFlow.Steps[0].HadoopJarStep.Args[1] takes a text, not 1
            {"Steps": ["s"]}                                                                        | RunJobFlow.Steps[0] takes an object, not "s"
            {"Configurations": [{"Configurations": [{"Properties": {"a": true}}]}]}                 | RunJobFlow.Configurations[0].Configurations[0].Properties.a takes a text, not true
            """)
    void fieldsAreThoseOfAwssOwnModelHoweverDeep(String body, String wrong) throws Exception {
        JsonNode request = new ObjectMapper().readTree(body);

        assertThat(RequestModel.wrong("RunJobFlow", request)).isEqualTo(wrong);
    }

    /** Another content than what AWS's client has made of the request, before it signs it. */
    private record Content(String json) implements ExecutionInterceptor {
        @Override
        public SdkHttpRequest modifyHttpRequest(Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
            return context.httpRequest().toBuilder()
                    .putHeader("Content-Length", String.valueOf(json.length()))
                    .build();
        }

        @Override
        public Optional<RequestBody> modifyHttpContent(
                Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
            return Optional.of(RequestBody.fromString(json));
        }
    }

    @Test
    void aRequestWithAFieldThatEmrDoesNotKnowIsRefused() {
        EmrClientBuilder client = client("AKIATEST", "the secret")
                .overrideConfiguration(
                        override -> override.addExecutionInterceptor(new Content("{\"Steps\": [{\"Nom\": \"s\"}]}")));

        assertThatThrownBy(() -> ask(client)).isInstanceOfSatisfying(EmrException.class, e -> {
            assertThat(e.awsErrorDetails().errorCode()).isEqualTo("ValidationException");
            assertThat(e.awsErrorDetails().errorMessage()).isEqualTo("RunJobFlow.Steps[0] has no field 'Nom'");
        });
    }

    @Test
    void aClusterRunsOneStepAtATimeAndOneThatRunsMoreIsEndedByNone() {
        try (EmrClient client = client("AKIATEST", "the secret").build()) {
            RunJobFlowRequest.Builder request = RunJobFlowRequest.builder()
                    .name("n")
                    .steps(step -> step.name("first"), step -> step.name("second"));
            fake.stepStates("RUNNING");
            assertThat(states(client, client.runJobFlow(request.build()).jobFlowId()))
                    .containsExactly("RUNNING", "PENDING");
            assertThat(states(
                            client,
                            client.runJobFlow(request.stepConcurrencyLevel(2).build())
                                    .jobFlowId()))
                    .containsExactly("RUNNING", "RUNNING");
            request.steps(step -> step.name("first").actionOnFailure(ActionOnFailure.TERMINATE_CLUSTER));
            assertThatThrownBy(() -> client.runJobFlow(request.build()))
                    .hasMessageContaining(
                            "ActionOnFailure TERMINATE_CLUSTER is not valid where StepConcurrencyLevel is 2");
        }
    }

    /** After a look at each step, the first first. */
    private static List<String> states(EmrClient client, String cluster) {
        return client.listSteps(list -> list.clusterId(cluster)).steps().stream()
                .map(StepSummary::id)
                .sorted()
                .map(step -> client.describeStep(
                                describe -> describe.clusterId(cluster).stepId(step))
                        .step()
                        .status()
                        .stateAsString())
                .toList();
    }
}
