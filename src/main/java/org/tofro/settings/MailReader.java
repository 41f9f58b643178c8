package org.tofro.settings;

import static org.tofro.yaml.FieldReader.quoted;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tofro.problem.Problems;
import org.tofro.settings.Notification.MailServer.Security;
import org.tofro.yaml.FieldReader;
import org.tofro.yaml.Node;

/** Reads {@code email} of an entry of {@code notify}: to whom, from whom, and by which server. */
final class MailReader {
    private static final Pattern ADDRESS = Pattern.compile("[^@\\s<>,;\"]+@[^@\\s<>,;\"]+");
    private static final Pattern HOST = Pattern.compile("([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:]+])(:([0-9]{1,5}))?");
    private static final int SUBMISSION = 587;
    private static final int TLS_PORT = 465;
    private static final int OPEN_PORT = 25;
    private static final int LAST_PORT = 65_535;

    private final NotificationReader notify;
    private final Function<Node.Scalar, Node.@Nullable Scalar> expand;
    private final Problems problems;

    MailReader(NotificationReader notify, Function<Node.Scalar, Node.@Nullable Scalar> expand, Problems problems) {
        this.notify = notify;
        this.expand = expand;
        this.problems = problems;
    }

    Notification.@Nullable Channel read(FieldReader entry) {
        Node.Entries entries = entry.entries("email");
        if (entries == null) {
            return null;
        }
        FieldReader reader = new FieldReader("'email'", entries, problems, expand);
        List<String> to = addresses(reader, reader.scalars("to"), "to");
        List<String> from = addresses(reader, reader.scalars("from"), "from");
        Node.Scalar server = reader.scalar("server");
        if (server == null) {
            reader.missing("server");
        }
        String security = reader.choice("security", List.of("starttls", "tls", "none"));
        Node.Scalar caFile = reader.scalar("ca_file");
        Notification.Login user = user(reader.raw("user"));
        Node.Scalar password = reader.raw("password");
        Reference kept = password == null ? null : notify.reference("password", "password", password);
        if ((user == null) != (password == null)) {
            problems.add(entries.span(), "'user' and 'password' of a mail server go together");
        }
        reader.finish(false);
        if (from.size() > 1) {
            problems.add(entries.span(), "'from' is one address");
        }
        Notification.MailServer at = server == null
                ? null
                : server(
                        server,
                        security == null ? Security.STARTTLS : Security.valueOf(security.toUpperCase(Locale.ROOT)),
                        caFile == null ? null : notify.certificates(caFile),
                        user,
                        kept);
        return at == null || to.isEmpty() || from.size() != 1 ? null : new Notification.Email(to, from.get(0), at);
    }

    private List<String> addresses(FieldReader reader, @Nullable List<Node.Scalar> given, String field) {
        if (given == null) {
            reader.missing(field);
            return List.of();
        }
        List<String> addresses = new ArrayList<>();
        for (Node.Scalar address : given) {
            if (ADDRESS.matcher(address.text()).matches()) {
                addresses.add(address.text());
            } else {
                problems.add(
                        address.span(),
                        "'" + field + "' takes addresses such as data@example.org, not " + quoted(address.text()));
            }
        }
        return addresses;
    }

    private Notification.@Nullable Login user(Node.@Nullable Scalar given) {
        if (given == null) {
            return null;
        }
        Reference kept = notify.referenceIn(given);
        if (kept != null) {
            return new Notification.Login(null, kept);
        }
        Node.Scalar name = expand.apply(given);
        return name == null ? null : new Notification.Login(name.text(), null);
    }

    private Notification.@Nullable MailServer server(
            Node.Scalar server,
            Security security,
            @Nullable String caFile,
            Notification.@Nullable Login user,
            @Nullable Reference password) {
        var parts = HOST.matcher(server.text());
        int port = switch (security) {
            case STARTTLS -> SUBMISSION;
            case TLS -> TLS_PORT;
            case NONE -> OPEN_PORT;
        };
        boolean good = parts.matches();
        if (good && parts.group(3) != null) {
            port = Integer.parseInt(parts.group(3));
        }
        if (!good || port < 1 || port > LAST_PORT) {
            problems.add(
                    server.span(),
                    "'server' takes a host with or without its port, such as smtp.example.org:587, not "
                            + quoted(server.text()));
            return null;
        }
        if (security == Security.NONE && password != null) {
            problems.add(
                    server.span(),
                    "'security: none' would send the password openly; leave 'user' and 'password' out, or"
                            + " 'security'");
        }
        return new Notification.MailServer(parts.group(1), port, security, caFile, user, password);
    }
}
