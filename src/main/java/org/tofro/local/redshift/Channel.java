package org.tofro.local.redshift;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;

/** One side of a session: a socket that carries {@link Message}s. */
final class Channel implements Closeable {
    /** A message longer than this is taken for a broken stream, in bytes. */
    private static final int LONGEST_MESSAGE = 256 << 20;

    private final Socket socket;
    private final BufferedInputStream buffer;
    private final DataInputStream in;
    private final DataOutputStream out;

    Channel(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        buffer = new BufferedInputStream(socket.getInputStream(), 1 << 16);
        in = new DataInputStream(buffer);
        out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), 1 << 16));
    }

    /** Whether something can be read within this time; throws where the other side has gone. */
    boolean await(int millis) throws IOException {
        if (buffer.available() > 0) {
            return true;
        }
        socket.setSoTimeout(millis);
        try {
            buffer.mark(1);
            if (buffer.read() < 0) {
                throw new EOFException("the connection was closed");
            }
            buffer.reset();
            return true;
        } catch (SocketTimeoutException nothingYet) {
            return false;
        } finally {
            socket.setSoTimeout(0);
        }
    }

    /** The first message of a connection has no type. */
    Message readStartup() throws IOException {
        return new Message('\0', body());
    }

    Message read() throws IOException {
        char type = (char) in.readUnsignedByte();
        return new Message(type, body());
    }

    private byte[] body() throws IOException {
        int length = in.readInt() - 4;
        if (length < 0 || length > LONGEST_MESSAGE) {
            throw new IOException("not a message of the PostgreSQL protocol");
        }
        byte[] body = new byte[length];
        in.readFully(body);
        return body;
    }

    /** The type of the message that comes next; there must be one. */
    char peek() throws IOException {
        buffer.mark(1);
        int type = buffer.read();
        buffer.reset();
        return (char) type;
    }

    boolean hasInput() throws IOException {
        return buffer.available() > 0;
    }

    void write(Message message) throws IOException {
        if (message.type() != 0) {
            out.writeByte(message.type());
        }
        out.writeInt(message.body().length + 4);
        out.write(message.body());
    }

    /** Writes part of an array as the body of a message. */
    void write(char type, byte[] bytes, int offset, int length) throws IOException {
        out.writeByte(type);
        out.writeInt(length + 4);
        out.write(bytes, offset, length);
    }

    void writeByte(char value) throws IOException {
        out.writeByte(value);
    }

    void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
