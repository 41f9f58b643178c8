package org.tofro.local;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A server before S3's stand-in, as the Redshift front is one before PostgreSQL: it passes requests and answers on byte by
 * byte, so that signatures hold, unless a fault says otherwise. One thread and one connection behind per connection.
 */
public final class S3Front implements AutoCloseable {
    private final int behind;
    private final ServerSocket server;
    private final S3Faults faults = new S3Faults();
    private final Set<Closeable> sockets = ConcurrentHashMap.newKeySet();

    private S3Front(int behind) throws IOException {
        this.behind = behind;
        this.server = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
    }

    /** Starts a front before the server at this port of this machine. */
    public static S3Front start(int behind) throws IOException {
        S3Front front = new S3Front(behind);
        daemon(front::accept);
        return front;
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    /** What goes wrong on purpose; nothing at first. */
    public S3Faults faults() {
        return faults;
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "s3-front");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                daemon(() -> serve(socket));
            } catch (IOException e) {
                // Closed, or the client had gone before it was accepted.
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                Socket store = new Socket(InetAddress.getLoopbackAddress(), behind)) {
            sockets.add(client);
            client.setTcpNoDelay(true);
            store.setTcpNoDelay(true);
            Side from = new Side(client);
            Side to = new Side(store);
            while (exchange(from, to)) {
                // The connection is kept for the next request.
            }
        } catch (IOException e) {
            // One of the two sides has gone; the other sees that by the end of its connection.
        } finally {
            sockets.remove(client);
        }
    }

    /** One side of the two connections. */
    private record Side(InputStream in, OutputStream out) {
        Side(Socket socket) throws IOException {
            this(new BufferedInputStream(socket.getInputStream(), 1 << 16), socket.getOutputStream());
        }
    }

    /** Serves one request; false where the connection is to be closed. */
    private boolean exchange(Side client, Side store) throws IOException {
        Head request = Head.read(client.in());
        List<S3Faults.Fault> meeting = faults.meeting(request.line());
        for (S3Faults.Fault fault : meeting) {
            switch (fault.kind()) {
                case SLOW_DOWN, OUTAGE -> {
                    refuse(client, request, "503 Slow Down", "SlowDown", "Please reduce your request rate.");
                    return false;
                }
                case MISSING -> {
                    refuse(client, request, "404 Not Found", "NoSuchKey", "The specified key does not exist.");
                    return false;
                }
                default -> {}
            }
        }
        store.out().write(request.bytes());
        store.out().flush();
        Head answer = null;
        if (request.field("expect").equals("100-continue")) {
            answer = Head.read(store.in());
            if (!answer.isContinue()) {
                // It was answered unread; whether the body still comes is the client's choice.
                client.out().write(answer.bytes());
                pass(store.in(), client.out(), answer.bodyLength(request));
                return false;
            }
            client.out().write(answer.bytes());
            client.out().flush();
        }
        passBody(client.in(), store.out(), request);
        answer = Head.read(store.in());
        return answer(request, answer, store, client, meeting);
    }

    private static void refuse(Side client, Head request, String status, String code, String message)
            throws IOException {
        String body = request.isHead()
                ? ""
                : "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" + code + "</Code><Message>" + message
                        + "</Message></Error>";
        String answer = "HTTP/1.1 " + status + "\r\nContent-Type: application/xml\r\nContent-Length: " + body.length()
                + "\r\nConnection: close\r\n\r\n" + body;
        client.out().write(answer.getBytes(StandardCharsets.US_ASCII));
        client.out().flush();
        // A client that is still sending must not find the connection reset before it has read the answer.
        if (!request.field("expect").equals("100-continue")) {
            passBody(client.in(), OutputStream.nullOutputStream(), request);
        }
    }

    private static boolean answer(Head request, Head answer, Side store, Side client, List<S3Faults.Fault> meeting)
            throws IOException {
        long length = answer.bodyLength(request);
        for (S3Faults.Fault fault : meeting) {
            switch (fault.kind()) {
                case LOSE_ANSWER -> {
                    return false;
                }
                case CUT_BODY -> {
                    client.out().write(answer.bytes());
                    pass(store.in(), client.out(), length / 2);
                    client.out().flush();
                    return false;
                }
                case SLOW_BODY -> {
                    client.out().write(answer.bytes());
                    pass(store.in(), client.out(), length / 2);
                    client.out().flush();
                    sleep(fault.value());
                    pass(store.in(), client.out(), length - length / 2);
                    client.out().flush();
                    return true;
                }
                default -> {}
            }
        }
        client.out().write(answer.bytes());
        if (answer.isChunked()) {
            passChunks(store.in(), client.out());
        } else {
            pass(store.in(), client.out(), length);
        }
        client.out().flush();
        return !answer.field("connection").equals("close");
    }

    private static void sleep(long millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        }
    }

    private static void passBody(InputStream in, OutputStream out, Head request) throws IOException {
        if (request.isChunked()) {
            passChunks(in, out);
        } else {
            pass(in, out, request.length());
        }
        out.flush();
    }

    private static void pass(InputStream in, OutputStream out, long length) throws IOException {
        byte[] buffer = new byte[1 << 16];
        for (long left = length; left > 0; ) {
            int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                throw new EOFException("the body ends early");
            }
            out.write(buffer, 0, read);
            left -= read;
        }
    }

    private static void passChunks(InputStream in, OutputStream out) throws IOException {
        while (true) {
            String size = line(in, out);
            int length = Integer.parseInt(size.split(";", 2)[0].strip(), 16);
            if (length == 0) {
                // Trailers, up to an empty line.
                while (!line(in, out).isEmpty()) {}
                return;
            }
            pass(in, out, length + 2L);
        }
    }

    private static String line(InputStream in, OutputStream out) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the body ends early");
            }
            line.write(b);
        }
        line.write('\n');
        out.write(line.toByteArray());
        return line.toString(StandardCharsets.ISO_8859_1).strip();
    }

    /** What stands before the body of a request or an answer, as it came. */
    private record Head(byte[] bytes, String text) {
        static Head read(InputStream in) throws IOException {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            int ends = 0;
            while (ends < 2) {
                int b = in.read();
                if (b < 0) {
                    throw new EOFException("the connection was closed");
                }
                head.write(b);
                ends = b == '\n' ? ends + 1 : b == '\r' ? ends : 0;
            }
            return new Head(head.toByteArray(), head.toString(StandardCharsets.ISO_8859_1));
        }

        /** {@code METHOD /bucket/key?query}. */
        String line() {
            String first = text.substring(0, text.indexOf('\r'));
            return first.substring(0, first.lastIndexOf(' '));
        }

        /** A header's value in lower case, or the empty string. */
        String field(String name) {
            return text.lines()
                    .skip(1)
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                    .map(line -> line.substring(name.length() + 1).strip().toLowerCase(Locale.ROOT))
                    .findFirst()
                    .orElse("");
        }

        boolean isHead() {
            return text.startsWith("HEAD ");
        }

        boolean isContinue() {
            return text.startsWith("HTTP/1.1 100");
        }

        boolean isChunked() {
            return field("transfer-encoding").equals("chunked");
        }

        long length() {
            String length = field("content-length");
            return length.isEmpty() ? 0 : Long.parseLong(length);
        }

        /** Bytes of the answer's body, where it is not in chunks. */
        long bodyLength(Head request) {
            boolean none = request.isHead() || text.startsWith("HTTP/1.1 204") || text.startsWith("HTTP/1.1 304");
            return none || isChunked() ? 0 : length();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Closeable socket : sockets) {
            socket.close();
        }
    }
}
