package org.tofro.local.redshift;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The first messages of a connection: encryption is declined, the password is asked for, and PostgreSQL is told only those
 * parameters that it knows (the Redshift driver also sends {@code driver_version}, {@code os_version}, {@code
 * client_protocol_version} and {@code plugin_name}).
 *
 * @param parameters what the client said of itself
 * @param cancel the body of a CancelRequest, where the connection is one
 */
record Startup(Map<String, String> parameters, @Nullable Message cancel) {
    private static final int SSL_REQUEST = 80877103;
    private static final int GSS_REQUEST = 80877104;
    private static final int CANCEL_REQUEST = 80877102;
    private static final int PROTOCOL_3 = 196608;
    private static final Set<String> KNOWN =
            Set.of("application_name", "client_encoding", "DateStyle", "TimeZone", "extra_float_digits", "search_path");

    static Startup read(Channel client) throws IOException {
        while (true) {
            Message message = client.readStartup();
            Message.Reader reader = message.reader();
            int code = reader.int32();
            if (code == SSL_REQUEST || code == GSS_REQUEST) {
                client.writeByte('N');
                client.flush();
            } else if (code == CANCEL_REQUEST) {
                return new Startup(Map.of(), message);
            } else if (code >> 16 == PROTOCOL_3 >> 16) {
                Map<String, String> parameters = new LinkedHashMap<>();
                for (String name = reader.text(); !name.isEmpty(); name = reader.text()) {
                    parameters.put(name, reader.text());
                }
                return new Startup(parameters, null);
            } else {
                throw new IOException("not a client of the PostgreSQL protocol 3");
            }
        }
    }

    String user() {
        return parameters.getOrDefault("user", "");
    }

    String database() {
        return parameters.getOrDefault("database", user());
    }

    /** Asks for the password; false where it is wrong, and the client has been told. */
    boolean authenticate(Channel client, FrontSettings settings) throws IOException {
        byte[] salt = new byte[4];
        new SecureRandom().nextBytes(salt);
        client.write(Message.of('R', 5, salt));
        client.flush();
        Message answer = client.read();
        String expected = md5(settings.user(), settings.password(), salt);
        boolean right = answer.type() == 'p'
                && user().equals(settings.user())
                && MessageDigest.isEqual(
                        answer.reader().text().getBytes(StandardCharsets.UTF_8),
                        expected.getBytes(StandardCharsets.UTF_8));
        if (!right) {
            Map<Character, String> fields = new LinkedHashMap<>();
            fields.put('S', "FATAL");
            fields.put('C', "28000");
            fields.put('M', "password authentication failed for user \"%s\"".formatted(user()));
            client.write(Message.fields('E', fields));
            client.flush();
        }
        return right;
    }

    /** Opens the connection to PostgreSQL; its first answers are passed on to the client up to ReadyForQuery. */
    Channel connect(FrontSettings settings, Session.Greeting greeting) throws IOException {
        FrontSettings.Postgres postgres = settings.postgres();
        Channel backend = new Channel(new Socket(postgres.host(), postgres.port()));
        try {
            Map<String, String> said = new LinkedHashMap<>();
            said.put("user", postgres.user());
            said.put("database", postgres.databasePrefix() + database());
            parameters.forEach((name, value) -> {
                if (KNOWN.contains(name)) {
                    said.put(name, value);
                }
            });
            said.putIfAbsent("client_encoding", "UTF8");
            said.put("standard_conforming_strings", "off");
            said.put("escape_string_warning", "off");
            said.put("backslash_quote", "on");
            // A backend that computes notices by itself that its client, the front, has gone.
            said.put("client_connection_check_interval", "500");
            said.put("default_transaction_isolation", settings.isolation().postgres());
            Object[] body = new Object[2 + 2 * said.size()];
            int i = 0;
            body[i++] = PROTOCOL_3;
            for (Map.Entry<String, String> entry : said.entrySet()) {
                body[i++] = entry.getKey();
                body[i++] = entry.getValue();
            }
            body[i] = '\0';
            backend.write(Message.of('\0', body));
            backend.flush();
            while (true) {
                Message answer = backend.read();
                if (answer.type() == 'R') {
                    answer(backend, answer, postgres);
                } else {
                    greeting.pass(answer);
                    if (answer.type() == 'Z' || answer.type() == 'E') {
                        return backend;
                    }
                }
            }
        } catch (IOException | RuntimeException e) {
            backend.close();
            throw e;
        }
    }

    private static void answer(Channel backend, Message request, FrontSettings.Postgres postgres) throws IOException {
        Message.Reader reader = request.reader();
        int method = reader.int32();
        switch (method) {
            case 0 -> {
                return;
            }
            case 3 -> backend.write(Message.of('p', postgres.password()));
            case 5 -> backend.write(Message.of('p', md5(postgres.user(), postgres.password(), reader.bytes(4))));
            default ->
                throw new IOException(
                        "the PostgreSQL behind asks for an authentication that the front does not know: " + method);
        }
        backend.flush();
    }

    static void forwardCancel(FrontSettings.Postgres postgres, Message cancel) throws IOException {
        try (Channel backend = new Channel(new Socket(postgres.host(), postgres.port()))) {
            backend.write(cancel);
            backend.flush();
            // PostgreSQL closes the connection when it has passed the request on.
            backend.await(5000);
        } catch (java.io.EOFException passedOn) {
            return;
        }
    }

    /** The answer to AuthenticationMD5Password. */
    private static String md5(String user, String password, byte[] salt) {
        try {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            digest.update(password.getBytes(StandardCharsets.UTF_8));
            digest.update(user.getBytes(StandardCharsets.UTF_8));
            String inner = HexFormat.of().formatHex(digest.digest());
            digest.update(inner.getBytes(StandardCharsets.US_ASCII));
            digest.update(salt);
            return "md5" + HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }
}
