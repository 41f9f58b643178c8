package org.tofro.settings;

import org.jspecify.annotations.Nullable;

/** The services that keep secrets. Nothing is asked before a secret is revealed. */
public interface SecretStores {
    /**
     * <code>${aws-secret:id#key}</code>: a text that AWS Secrets Manager keeps.
     *
     * @param id the secret's name or ARN
     * @param key of the JSON object that it is, or null for the whole text
     */
    Secret.Source secretsManager(String id, @Nullable String key);

    /**
     * <code>${aws-parameter:name}</code>: a text of SSM's Parameter Store, decrypted.
     *
     * @param name the parameter's name or ARN, perhaps with a version or label behind a colon
     */
    Secret.Source parameterStore(String name);

    /**
     * What an expression of a kind that these services have stands for.
     *
     * @param kind {@code aws-secret} or {@code aws-parameter}
     * @param argument its name, for {@code aws-secret} perhaps with a key behind {@code #}
     */
    default Secret.Source referred(String kind, String argument) {
        if (!kind.equals("aws-secret")) {
            return parameterStore(argument);
        }
        String[] parts = argument.split("#", 2);
        return secretsManager(parts[0], parts.length == 2 ? parts[1] : null);
    }

    /**
     * Tokens by which RDS lets a user of its IAM authentication in, a new one each time.
     *
     * @param region where the database is, or null where its host says it
     */
    Secret.Source databaseToken(String host, int port, String user, @Nullable String region);
}
