package org.tofro.connect.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.tofro.settings.Tls;

/** Whose certificates are taken. */
public final class Trust {
    private Trust() {}

    /** The context by which sessions are opened; of {@link Tls.Mode#VERIFY} or {@link Tls.Mode#ENCRYPT}. */
    public static SSLContext context(Tls tls) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers(tls), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the certificates were read before", e);
        }
    }

    private static TrustManager @Nullable [] managers(Tls tls) throws GeneralSecurityException, IOException {
        if (tls.mode() == Tls.Mode.ENCRYPT) {
            return new TrustManager[] {new AnyCertificate()};
        }
        String roots = tls.roots();
        if (roots == null) {
            // Those of the JDK, or of the store that its system properties name.
            return null;
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store(roots));
        return factory.getTrustManagers();
    }

    /** The certificates as a store. */
    public static KeyStore store(String roots) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        int number = 0;
        byte[] pem = roots.getBytes(StandardCharsets.US_ASCII);
        for (Certificate root :
                CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem))) {
            store.setCertificateEntry("root-" + number++, root);
        }
        return store;
    }

    /** Takes each, and asks nothing of it: of the extended kind, as the JDK would add checks of its own to another. */
    private static final class AnyCertificate extends X509ExtendedTrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
