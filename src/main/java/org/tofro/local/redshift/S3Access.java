package org.tofro.local.redshift;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Who reads or writes S3 for COPY and UNLOAD (Amazon Redshift: "Authorization parameters",
 * copy-parameters-authorization.html).
 *
 * @param role the ARN of IAM_ROLE, {@code default}, or null
 * @param accessKey the access key id, or null
 * @param secretKey the secret access key, or null
 */
record S3Access(
        @Nullable String role,
        @Nullable String accessKey,
        @Nullable String secretKey) {
    /** Refuses whom the front was told to refuse, and wrong keys, as S3 does. */
    void check(FrontSettings settings) throws RedshiftException {
        boolean denied = role != null
                ? settings.deniedRoles().contains(role)
                : !settings.s3().accessKey().equals(accessKey)
                        || !settings.s3().secretKey().equals(secretKey);
        if (denied) {
            throw denied();
        }
    }

    static RedshiftException denied() {
        return new RedshiftException(
                "XX000",
                "S3ServiceException:Access Denied,Status 403,Error AccessDenied",
                "error:  S3ServiceException:Access Denied,Status 403,Error AccessDenied\n  code:      8001");
    }

    @Override
    public String toString() {
        return role != null ? role : "keys";
    }

    /** Takes the authorization options out of a COPY or UNLOAD. */
    static final class Parser {
        private @Nullable String role;
        private @Nullable String accessKey;
        private @Nullable String secretKey;

        /** How many tokens the authorization option that starts here takes; 0 where there is none. */
        int option(Statement statement, int place) throws RedshiftException {
            String word = statement.at(place).text().toUpperCase(Locale.ROOT);
            int value = statement.at(place + 1).is("AS") ? place + 2 : place + 1;
            Token token = statement.at(value);
            switch (word) {
                case "IAM_ROLE" -> role = token.is("DEFAULT") ? "default" : string(word, token);
                case "CREDENTIALS" -> credentials(string(word, token));
                case "ACCESS_KEY_ID" -> accessKey = string(word, token);
                case "SECRET_ACCESS_KEY" -> secretKey = string(word, token);
                case "SESSION_TOKEN", "TOKEN" -> string(word, token);
                default -> {
                    return 0;
                }
            }
            return value - place + 1;
        }

        private void credentials(String text) throws RedshiftException {
            for (String part : text.split(";", -1)) {
                String[] pair = part.split("=", 2);
                String value = pair.length == 2 ? pair[1] : "";
                switch (pair[0].strip()) {
                    case "aws_iam_role" -> role = value;
                    case "aws_access_key_id" -> accessKey = value;
                    case "aws_secret_access_key" -> secretKey = value;
                    case "token" -> {}
                    default ->
                        throw RedshiftException.syntax(
                                "Invalid credentials. Must be of the format: credentials"
                                        + " 'aws_iam_role=...' or 'aws_access_key_id=...;aws_secret_access_key=...[;token=...]'");
                }
            }
        }

        private static String string(String option, Token token) throws RedshiftException {
            if (token.kind() != Token.Kind.STRING) {
                throw RedshiftException.syntax("option %s needs a string literal".formatted(option));
            }
            return token.value();
        }

        S3Access access() throws RedshiftException {
            if (role == null && (accessKey == null || secretKey == null)) {
                throw new RedshiftException(
                        "42601", "Credentials argument is required: IAM_ROLE, CREDENTIALS or ACCESS_KEY_ID");
            }
            return new S3Access(role, accessKey, secretKey);
        }
    }
}
