package org.tofro.connect.tls;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Why a session could not be encrypted, beneath a driver's exception. The same would happen again. */
public final class TlsTrouble {
    /** What drivers say where a server answers that it has no TLS. */
    private static final Pattern NONE = Pattern.compile(
            "(?:The )?[Ss]erver does not support SSL\\b.*|SSL Connection required, but not (?:provided|supported) by server.*",
            Pattern.DOTALL);

    private static final Pattern OTHER_NAME = Pattern.compile("No (?:subject|name)\\b.*", Pattern.DOTALL);

    private static final String UNCHECKED =
            "; `tls: encrypt` goes without the check, where nobody can stand in between";

    private TlsTrouble() {}

    /** The reason and what to do, as the end of a sentence; null where encryption is not to blame. */
    public static @Nullable String of(Throwable failure, String address) {
        if (any(
                failure,
                e -> NONE.matcher(String.valueOf(e.getMessage())).matches()
                        || e.getClass().getSimpleName().equals("NotSslRecordException"))) {
            return "%s offers no TLS; switch it on there, or say `tls: off` where nobody can listen in between"
                    .formatted(address);
        }
        if (any(
                failure,
                e -> e instanceof CertificateExpiredException || e instanceof CertificateNotYetValidException)) {
            return "the certificate of %s is not valid at this time; have it renewed, or set this machine's clock"
                            .formatted(address)
                    + UNCHECKED;
        }
        if (any(failure, e -> e instanceof CertPathBuilderException || e instanceof CertPathValidatorException)) {
            return ("the certificate of %s is of no authority that is trusted here; give the authority's certificate by"
                                    + " `tls_root: file.pem` (RDS: https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem)")
                            .formatted(address)
                    + UNCHECKED;
        }
        if (any(
                failure,
                e -> e instanceof CertificateException
                        && OTHER_NAME.matcher(String.valueOf(e.getMessage())).matches())) {
            return "the certificate of %s is for another host; connect by the name that it is for".formatted(address)
                    + UNCHECKED;
        }
        return any(failure, SSLException.class::isInstance)
                ? "%s and this machine do not come to terms about TLS".formatted(address)
                : null;
    }

    private static boolean any(Throwable failure, Predicate<Throwable> test) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (test.test(cause)) {
                return true;
            }
        }
        return false;
    }
}
