package org.tofro.connect.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tofro.problem.Spelling;
import org.tofro.settings.Secret;
import org.tofro.settings.SecretException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * A text that AWS Secrets Manager keeps.
 *
 * @param place its name or ARN, and where
 * @param key of the JSON object that it is, or null for the whole text
 */
record ManagedSecret(AwsPlace place, @Nullable String key) implements Secret.Source {
    private static final AwsTrouble TROUBLE = new AwsTrouble(
            "AWS Secrets Manager", "secret", "ResourceNotFoundException", "secretsmanager:GetSecretValue");

    @Override
    public String value() {
        // The whole of it, as other connections may need its other keys.
        return part(Asked.once(new ManagedSecret(place, null), this::ask));
    }

    @Override
    public @Nullable String known() {
        String text = Asked.before(new ManagedSecret(place, null));
        return text == null ? null : part(text);
    }

    private String part(String text) {
        return key == null ? whole(text) : entry(text, key);
    }

    private String ask() {
        AwsTrouble.demandCredentials("secret '" + place.id() + "'");
        String text;
        try (SecretsManagerClient client = place.client(SecretsManagerClient.builder())) {
            text = client.getSecretValue(request -> request.secretId(place.id()))
                    .secretString();
        } catch (SdkException e) {
            throw TROUBLE.of(place, e);
        }
        if (text == null) {
            throw new SecretException(
                    named() + " is binary, and Tofro takes text; store it as a secret string", false, null);
        }
        return text;
    }

    private String whole(String text) {
        JsonNode json = object(text);
        if (json != null) {
            throw new SecretException(
                    named() + " is a JSON object; say which of its keys, as ${aws-secret:" + place.id() + "#key}: "
                            + String.join(", ", keys(json)),
                    false,
                    null);
        }
        return text;
    }

    private String entry(String text, String wanted) {
        JsonNode json = object(text);
        if (json == null) {
            throw new SecretException(
                    named() + " is no JSON object, so it has no key '" + wanted + "'; leave out '#" + wanted + "'",
                    false,
                    null);
        }
        JsonNode value = json.get(wanted);
        if (value == null || !value.isValueNode() || value.isNull()) {
            throw new SecretException(
                    named() + " has no text under the key '" + wanted + "'" + Spelling.hint(wanted, keys(json)),
                    false,
                    null);
        }
        return value.asText();
    }

    private String named() {
        return "secret '" + place.id() + "' of AWS Secrets Manager";
    }

    private static @Nullable JsonNode object(String text) {
        try {
            JsonNode json = JsonMapper.builder().build().readTree(text);
            return json.isObject() ? json : null;
        } catch (JsonProcessingException plain) {
            return null;
        }
    }

    private static List<String> keys(JsonNode object) {
        List<String> keys = new ArrayList<>();
        object.fieldNames().forEachRemaining(keys::add);
        return keys;
    }
}
