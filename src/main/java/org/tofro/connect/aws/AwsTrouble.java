package org.tofro.connect.aws;

import java.util.Locale;
import org.tofro.connect.jdbc.NetworkTrouble;
import org.tofro.settings.SecretException;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * What a service of AWS says, in one sentence. Its own message is not passed on: it may quote more than a log should hold.
 *
 * @param service its name
 * @param kind what it keeps
 * @param missing the code by which it says that it does not keep it
 * @param action what must be allowed
 */
record AwsTrouble(String service, String kind, String missing, String action) {
    /** AWS's own chain, which renews what it has. */
    static final AwsCredentialsProvider CHAIN =
            DefaultCredentialsProvider.builder().build();

    SecretException of(AwsPlace place, SdkException e) {
        String where = service + " in " + place.in();
        String what = kind + " '" + place.id() + "'";
        if (!(e instanceof AwsServiceException answer)) {
            String network = NetworkTrouble.of(e, where);
            return new SecretException(
                    (network == null ? where + " cannot be asked" : network) + ", and " + what
                            + " is kept there; try again later",
                    true,
                    e);
        }
        String code = answer.awsErrorDetails() == null
                ? ""
                : String.valueOf(answer.awsErrorDetails().errorCode());
        if (code.equals(missing) || code.equals("ParameterVersionNotFound")) {
            return new SecretException(
                    where + " has no " + what + "; look at its name and at the region (AWS_REGION)", false, e);
        }
        if (code.equals("AccessDeniedException") || code.equals("DecryptionFailure") || code.equals("InvalidKeyId")) {
            return new SecretException(
                    where + " does not give " + what + " to this identity; allow it " + action
                            + ", and kms:Decrypt where a key of its own encrypts it",
                    false,
                    e);
        }
        if (code.toLowerCase(Locale.ROOT)
                .matches(
                        ".*(unrecognizedclient|invalidsignature|expiredtoken|invalidclienttoken|signaturedoesnotmatch).*")) {
            return new SecretException(
                    where + " does not accept the credentials with which it was asked for " + what + " (" + code
                            + "); renew them, or set this machine's clock",
                    false,
                    e);
        }
        if (answer.isThrottlingException()) {
            return new SecretException(
                    where + " is asked too often and did not give " + what + "; try again later", true, e);
        }
        boolean theirs = answer.statusCode() >= 500;
        return new SecretException(
                where + " did not give " + what + ": " + (code.isEmpty() ? "HTTP status " + answer.statusCode() : code)
                        + (theirs ? "; try again later" : ""),
                theirs,
                e);
    }

    /** The credentials of AWS's own chain. */
    static AwsCredentials demandCredentials(String subject) {
        try {
            return CHAIN.resolveCredentials();
        } catch (SdkClientException none) {
            throw new SecretException(
                    "there are no AWS credentials to ask for " + subject
                            + "; give this machine a role, or set AWS_PROFILE or AWS_ACCESS_KEY_ID",
                    false,
                    none);
        }
    }
}
