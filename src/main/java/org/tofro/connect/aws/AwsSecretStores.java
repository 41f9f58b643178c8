package org.tofro.connect.aws;

import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tofro.settings.Secret;
import org.tofro.settings.SecretStores;

/**
 * AWS's stores of secrets. Region and endpoints are those of AWS's usual variables where this process has them, else what
 * AWS's client finds where a secret is needed.
 */
public final class AwsSecretStores implements SecretStores {
    /** A host of RDS says where it is, in China at another place than elsewhere. */
    private static final Pattern HOST =
            Pattern.compile(".*\\.(?:([a-z0-9-]+)\\.rds|rds\\.([a-z0-9-]+))\\.amazonaws\\.com(?:\\.cn)?");

    private static final Map<String, String> PROPERTIES = Map.of(
            "AWS_REGION", "aws.region",
            "AWS_ENDPOINT_URL", "aws.endpointUrl",
            "AWS_ENDPOINT_URL_SECRETS_MANAGER", "aws.endpointUrlSecretsManager",
            "AWS_ENDPOINT_URL_SSM", "aws.endpointUrlSsm");

    private final Function<String, @Nullable String> environment;

    /** @param environment gives variables; null means that one is not set */
    public AwsSecretStores(Function<String, @Nullable String> environment) {
        this.environment = environment;
    }

    /** With AWS's usual system properties and variables of this process. */
    public static AwsSecretStores ofThisProcess() {
        return new AwsSecretStores(name -> {
            String property = PROPERTIES.containsKey(name) ? System.getProperty(PROPERTIES.get(name)) : null;
            return property != null ? property : System.getenv(name);
        });
    }

    @Override
    public Secret.Source secretsManager(String id, @Nullable String key) {
        return new ManagedSecret(new AwsPlace(id, region(), endpoint("AWS_ENDPOINT_URL_SECRETS_MANAGER")), key);
    }

    @Override
    public Secret.Source parameterStore(String name) {
        return new StoredParameter(new AwsPlace(name, region(), endpoint("AWS_ENDPOINT_URL_SSM")));
    }

    @Override
    public Secret.Source databaseToken(String host, int port, String user, @Nullable String region) {
        Matcher named = HOST.matcher(host);
        String of =
                region != null || !named.matches() ? region : named.group(1) != null ? named.group(1) : named.group(2);
        return new DatabaseToken(host, port, user, of != null ? of : region());
    }

    private @Nullable String region() {
        String region = environment.apply("AWS_REGION");
        return region != null ? region : environment.apply("AWS_DEFAULT_REGION");
    }

    private @Nullable String endpoint(String variable) {
        String endpoint = environment.apply(variable);
        return endpoint != null ? endpoint : environment.apply("AWS_ENDPOINT_URL");
    }
}
