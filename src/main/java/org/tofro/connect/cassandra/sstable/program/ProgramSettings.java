package org.tofro.connect.cassandra.sstable.program;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What the program is told before the rows.
 *
 * @param keyspace the table's keyspace
 * @param table its name
 * @param types statements that make the types which its columns have
 * @param ddl the statement that makes it
 * @param insert the statement that its rows are bound to
 * @param partitionKey how many of the first cells are the partition key
 * @param key how many of the first cells are the primary key
 * @param columns how many cells a row has
 * @param buffer how many bytes of rows are sorted at a time
 * @param throttle how many MiB are streamed in a second; 0 for as many as go
 * @param nodes nodes that clients connect to
 * @param storagePort the port among nodes where a node does not tell its own
 * @param user the user that asks for the cluster's schema; empty for none
 * @param password of that user
 * @param tls whether that connection is encrypted
 * @param config a {@code cassandra.yaml} that says how connections among nodes are encrypted; empty for not at all
 */
public record ProgramSettings(
        String keyspace,
        String table,
        List<String> types,
        String ddl,
        String insert,
        int partitionKey,
        int key,
        int columns,
        int buffer,
        int throttle,
        List<InetSocketAddress> nodes,
        int storagePort,
        String user,
        String password,
        boolean tls,
        String config) {
    private static final int FORM = 0x54535401;

    public ProgramSettings {
        types = List.copyOf(types);
        nodes = List.copyOf(nodes);
    }

    public void write(DataOutputStream out) throws IOException {
        out.writeInt(FORM);
        text(out, keyspace);
        text(out, table);
        out.writeInt(types.size());
        for (String type : types) {
            text(out, type);
        }
        text(out, ddl);
        text(out, insert);
        out.writeInt(partitionKey);
        out.writeInt(key);
        out.writeInt(columns);
        out.writeInt(buffer);
        out.writeInt(throttle);
        out.writeInt(nodes.size());
        for (InetSocketAddress node : nodes) {
            text(out, node.getAddress().getHostAddress());
            out.writeInt(node.getPort());
        }
        out.writeInt(storagePort);
        text(out, user);
        text(out, password);
        out.writeBoolean(tls);
        text(out, config);
    }

    static ProgramSettings read(DataInputStream in) throws IOException {
        if (in.readInt() != FORM) {
            throw new IOException("the program is of another version than the one that started it");
        }
        String keyspace = text(in);
        String table = text(in);
        List<String> types = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            types.add(text(in));
        }
        String ddl = text(in);
        String insert = text(in);
        int partitionKey = in.readInt();
        int key = in.readInt();
        int columns = in.readInt();
        int buffer = in.readInt();
        int throttle = in.readInt();
        List<InetSocketAddress> nodes = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            nodes.add(new InetSocketAddress(text(in), in.readInt()));
        }
        return new ProgramSettings(
                keyspace,
                table,
                types,
                ddl,
                insert,
                partitionKey,
                key,
                columns,
                buffer,
                throttle,
                nodes,
                in.readInt(),
                text(in),
                text(in),
                in.readBoolean(),
                text(in));
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String text(DataInputStream in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
