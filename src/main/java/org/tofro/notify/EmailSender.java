package org.tofro.notify;

import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.tofro.settings.Notification;
import org.tofro.settings.Notification.MailServer;
import org.tofro.settings.Notification.MailServer.Security;

/** Sends the message as mail of plain text. */
record EmailSender(Notification.Email email, KeptValues values) implements Sender {
    @Override
    public void send(RunMessage message, TimeLimit limit) throws NotToldException, InterruptedException {
        MailServer server = email.server();
        String user = user(server);
        String password =
                server.password() == null ? null : values.of(server.password()).reveal();
        try {
            limit.call(() -> {
                send(message, user, password);
                return true;
            });
        } catch (ExecutionException e) {
            throw new NotToldException(reason(e.getCause() == null ? e : e.getCause()));
        }
    }

    private @Nullable String user(MailServer server) throws NotToldException {
        Notification.Login login = server.user();
        if (login == null) {
            return null;
        }
        return login.kept() == null ? login.name() : values.of(login.kept()).reveal();
    }

    private void send(RunMessage message, @Nullable String user, @Nullable String password)
            throws MessagingException, IOException, GeneralSecurityException {
        Session session = Session.getInstance(properties());
        MimeMessage mail = new MimeMessage(session);
        mail.setFrom(new InternetAddress(email.from()));
        for (String to : email.to()) {
            mail.addRecipient(Message.RecipientType.TO, new InternetAddress(to));
        }
        mail.setSubject(message.subject(), StandardCharsets.UTF_8.name());
        mail.setText(message.text() + "\n", StandardCharsets.UTF_8.name());
        mail.setHeader("Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(OffsetDateTime.now(ZoneOffset.UTC)));
        // Nobody wants a machine's mail answered by another machine's.
        mail.setHeader("Auto-Submitted", "auto-generated");
        mail.saveChanges();
        try (Transport transport = session.getTransport("smtp")) {
            transport.connect(email.server().host(), email.server().port(), user, password);
            transport.sendMessage(mail, mail.getAllRecipients());
        }
    }

    private Properties properties() throws IOException, GeneralSecurityException {
        MailServer server = email.server();
        Properties properties = new Properties();
        String patience = String.valueOf(TimeLimit.PATIENCE.toMillis());
        properties.setProperty("mail.smtp.connectiontimeout", patience);
        properties.setProperty("mail.smtp.timeout", patience);
        properties.setProperty("mail.smtp.writetimeout", patience);
        properties.setProperty("mail.smtp.auth", String.valueOf(server.password() != null));
        properties.setProperty("mail.smtp.ssl.enable", String.valueOf(server.security() == Security.TLS));
        properties.setProperty("mail.smtp.starttls.enable", String.valueOf(server.security() == Security.STARTTLS));
        properties.setProperty("mail.smtp.starttls.required", String.valueOf(server.security() == Security.STARTTLS));
        properties.setProperty("mail.smtp.ssl.checkserveridentity", "true");
        if (server.caFile() != null) {
            properties.put("mail.smtp.ssl.socketFactory", TrustedCertificates.in(server.caFile()));
        }
        return properties;
    }

    private String reason(Throwable cause) {
        MailServer server = email.server();
        String name = server.host() + ":" + server.port();
        if (cause instanceof AuthenticationFailedException) {
            return "the mail server " + name + " does not accept this user and password";
        }
        if (cause instanceof SendFailedException) {
            return "the mail server " + name + " refuses this sender or one of these addresses";
        }
        if (cause instanceof TrustedCertificates.UnreadableException) {
            return String.valueOf(cause.getMessage());
        }
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof SSLException) {
                return "the certificate of the mail server " + name
                        + " is not one that is trusted for that name; `ca_file`"
                        + " names a file with the certificate of who has signed it";
            }
            if (each instanceof UnknownHostException) {
                return "the host of the mail server " + name + " is unknown";
            }
            if (String.valueOf(each.getMessage()).contains("STARTTLS is required")) {
                return "the mail server " + name
                        + " does not offer STARTTLS; `security` is `tls` where it speaks TLS from"
                        + " the beginning, and `none` for a server on this machine";
            }
        }
        return cause instanceof MessagingException
                ? "the mail server " + name + " cannot be reached or has broken off"
                : "mail cannot be sent (" + cause.getClass().getSimpleName() + ")";
    }
}
