package org.tofro.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tofro.notify.TopicSenderTest.message;
import static org.tofro.notify.TopicSenderTest.told;

import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.subethamail.smtp.MessageContext;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.RejectException;
import org.subethamail.smtp.auth.EasyAuthenticationHandlerFactory;
import org.subethamail.smtp.auth.LoginFailedException;
import org.subethamail.smtp.server.SMTPServer;
import org.subethamail.smtp.server.Session;
import org.tofro.run.EarlyEnd;
import org.tofro.settings.Notification;
import org.tofro.settings.Notification.MailServer.Security;
import org.tofro.settings.Reference;

/** Mail, sent to a server that keeps it. */
class EmailSenderTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    private static @Nullable Path folder;

    private static @Nullable SSLContext context;

    private record Mail(
            String from,
            List<String> to,
            boolean secure,
            @Nullable String user,
            byte[] data) {}

    private final List<Mail> mails = new CopyOnWriteArrayList<>();
    private @Nullable SMTPServer server;

    /** A certificate for this machine by the JDK's own program. */
    @BeforeAll
    static void makeCertificate() throws Exception {
        Path store = file("store.p12");
        keytool(
                "-genkeypair",
                "-keyalg",
                "RSA",
                "-alias",
                "mail",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost",
                "-keystore",
                store.toString(),
                "-storepass",
                "changeit");
        keytool(
                "-exportcert",
                "-rfc",
                "-alias",
                "mail",
                "-file",
                file("ca.pem").toString(),
                "-keystore",
                store.toString(),
                "-storepass",
                "changeit");
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD);
        SSLContext made = SSLContext.getInstance("TLS");
        made.init(managers.getKeyManagers(), null, null);
        context = made;
    }

    private static void keytool(String... arguments) throws Exception {
        List<String> words = new java.util.ArrayList<>(List.of(System.getProperty("java.home") + "/bin/keytool"));
        words.addAll(List.of(arguments));
        assertThat(new ProcessBuilder(words).inheritIO().start().waitFor()).isZero();
    }

    private static Path file(String name) {
        return Objects.requireNonNull(folder).resolve(name);
    }

    private SMTPServer.Builder builder() {
        return SMTPServer.port(0).bindAddress(InetAddress.getLoopbackAddress()).messageHandlerFactory(Box::new);
    }

    /** Keeps each mail, and refuses one to nobody. */
    private final class Box implements MessageHandler {
        private final MessageContext about;
        private final List<String> to = new ArrayList<>();
        private String from = "";

        Box(MessageContext about) {
            this.about = about;
        }

        @Override
        public void from(String address) {
            from = address;
        }

        @Override
        public void recipient(String address) throws RejectException {
            if (address.startsWith("nobody@")) {
                throw new RejectException(550, "no such user");
            }
            to.add(address);
        }

        @Override
        public @Nullable String data(InputStream in) throws IOException {
            boolean secure = about instanceof Session session && session.isTLSStarted();
            String user = about.getAuthenticationHandler()
                    .map(handler -> String.valueOf(handler.getIdentity()))
                    .orElse(null);
            mails.add(new Mail(from, List.copyOf(to), secure, user, in.readAllBytes()));
            return null;
        }

        @Override
        public void done() {}
    }

    private int start(SMTPServer.Builder builder) {
        server = builder.build();
        server.start();
        return server.getPortAllocated();
    }

    private int startSecure() {
        return start(builder()
                .enableTLS()
                .requireTLS()
                .startTlsSocketFactory(Objects.requireNonNull(context), false)
                .requireAuth()
                .authenticationHandlerFactory(new EasyAuthenticationHandlerFactory((user, password, about) -> {
                    if (!user.equals("tofro") || !password.equals("s3cr3t")) {
                        throw new LoginFailedException();
                    }
                })));
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.stop();
        }
    }

    private static Notification.Email mail(
            int port, Security security, @Nullable String caFile, @Nullable String passwordIn) {
        return new Notification.Email(
                List.of("data@example.org", "ops@example.org"),
                "tofro@example.org",
                new Notification.MailServer(
                        "localhost",
                        port,
                        security,
                        caFile,
                        passwordIn == null ? null : new Notification.Login("tofro", null),
                        passwordIn == null ? null : new Reference("env", passwordIn)));
    }

    @Test
    void itGoesToEachByStarttlsWithUserAndPassword() throws Exception {
        int port = startSecure();

        String trouble = told(mail(port, Security.STARTTLS, file("ca.pem").toString(), "PASSWORD"), new EarlyEnd());

        assertThat(trouble).isNull();
        assertThat(mails).hasSize(1);
        Mail mail = mails.get(0);
        assertThat(mail.to()).containsExactly("data@example.org", "ops@example.org");
        assertThat(mail.from()).isEqualTo("tofro@example.org");
        assertThat(mail.secure()).isTrue();
        assertThat(mail.user()).isEqualTo("tofro");
        MimeMessage read = new MimeMessage(
                jakarta.mail.Session.getInstance(new Properties()), new ByteArrayInputStream(mail.data()));
        assertThat(read.getSubject()).isEqualTo("pipeline müsli failed for 2026-11-23");
        assertThat(String.valueOf(read.getContent()).replace("\r\n", "\n"))
                .isEqualTo(message().text() + "\n");
        assertThat(read.getHeader("To")).containsExactly("data@example.org, ops@example.org");
        assertThat(read.getHeader("Auto-Submitted")).containsExactly("auto-generated");
        assertThat(read.getHeader("Message-ID")).hasSize(1);
        assertThat(read.getSentDate()).isNotNull();
    }

    @Test
    void aWrongPasswordAndAMissingOneAreSaid() throws Exception {
        int port = startSecure();
        String trusted = file("ca.pem").toString();

        assertThat(told(mail(port, Security.STARTTLS, trusted, "PATH_OF_NOTHING"), new EarlyEnd()))
                .isEqualTo("the environment variable 'PATH_OF_NOTHING' is not set");
        Files.writeString(file("wrong"), "wrong-s3cr3t");
        Notification.Email wrong = new Notification.Email(
                List.of("data@example.org"),
                "tofro@example.org",
                new Notification.MailServer(
                        "localhost",
                        port,
                        Security.STARTTLS,
                        trusted,
                        new Notification.Login("tofro", null),
                        new Reference("file", file("wrong").toString())));
        assertThat(told(wrong, new EarlyEnd()))
                .isEqualTo("the mail server localhost:" + port + " does not accept this user and password");
        assertThat(mails).isEmpty();
    }

    @Test
    void aServerThatIsNotTrustedGetsNothing() throws Exception {
        int port = startSecure();

        assertThat(told(mail(port, Security.STARTTLS, null, "PASSWORD"), new EarlyEnd()))
                .isEqualTo("the certificate of the mail server localhost:" + port
                        + " is not one that is trusted for that name; `ca_file` names a file with the certificate of who has"
                        + " signed it");
        Files.writeString(file("empty.pem"), "nothing");
        assertThat(told(mail(port, Security.STARTTLS, file("empty.pem").toString(), "PASSWORD"), new EarlyEnd()))
                .isEqualTo("the file '" + file("empty.pem") + "' holds no certificates in PEM that can be read");
        assertThat(mails).isEmpty();
    }

    @Test
    void withoutStarttlsNothingIsSaidOpenlyUnlessThatIsWanted() throws Exception {
        int port = start(builder());

        assertThat(told(mail(port, Security.STARTTLS, null, null), new EarlyEnd()))
                .isEqualTo(
                        "the mail server localhost:" + port + " does not offer STARTTLS; `security` is `tls` where it"
                                + " speaks TLS from the beginning, and `none` for a server on this machine");
        assertThat(mails).isEmpty();
        assertThat(told(mail(port, Security.NONE, null, null), new EarlyEnd())).isNull();
        assertThat(mails).hasSize(1);
    }

    @Test
    void anAddressThatIsRefusedIsSaidAndNothingIsSent() throws Exception {
        int port = start(builder());
        Notification.Email mail = new Notification.Email(
                List.of("data@example.org", "nobody@example.org"),
                "tofro@example.org",
                new Notification.MailServer("localhost", port, Security.NONE, null, null, null));

        assertThat(told(mail, new EarlyEnd()))
                .isEqualTo("the mail server localhost:" + port + " refuses this sender or one of these addresses");
        assertThat(mails).isEmpty();
    }

    @Test
    void itGoesByTlsFromTheBeginning() throws Exception {
        int port = start(builder().serverSocketFactory(Objects.requireNonNull(context)));

        assertThat(told(mail(port, Security.TLS, file("ca.pem").toString(), null), new EarlyEnd()))
                .isNull();
        assertThat(mails).hasSize(1);
    }

    @Test
    void whoIsNotThereOrDoesNotAnswerIsSaid() throws Exception {
        assertThat(told(mail(1, Security.NONE, null, null), new EarlyEnd()))
                .isEqualTo("the mail server localhost:1 cannot be reached or has broken off");
        EarlyEnd leaving = new EarlyEnd();
        leaving.because("SIGTERM");
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            assertThat(told(mail(silent.getLocalPort(), Security.NONE, null, null), leaving))
                    .isEqualTo("the server did not answer within 3 s");
        }
    }
}
