package org.tofro.connect.aws;

import org.jspecify.annotations.Nullable;
import org.tofro.settings.Secret;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ssm.SsmClient;

/**
 * A text of SSM's Parameter Store, decrypted.
 *
 * @param place its name or ARN, and where
 */
record StoredParameter(AwsPlace place) implements Secret.Source {
    private static final AwsTrouble TROUBLE =
            new AwsTrouble("AWS Systems Manager", "parameter", "ParameterNotFound", "ssm:GetParameter");

    @Override
    public String value() {
        return Asked.once(this, this::ask);
    }

    @Override
    public @Nullable String known() {
        return Asked.before(this);
    }

    private String ask() {
        AwsTrouble.demandCredentials("parameter '" + place.id() + "'");
        try (SsmClient client = place.client(SsmClient.builder())) {
            return client.getParameter(request -> request.name(place.id()).withDecryption(true))
                    .parameter()
                    .value();
        } catch (SdkException e) {
            throw TROUBLE.of(place, e);
        }
    }
}
