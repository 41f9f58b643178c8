package org.tofro.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a stand-in of Cassandra holds at first: a folder with a folder per keyspace.
 *
 * @param keyspaces in the order of their names
 */
record CassandraSeed(List<Keyspace> keyspaces) {
    private static final String FORM = "a seed is a folder with a folder of *.cql and <table>.jsonl per keyspace";

    /**
     * One keyspace.
     *
     * @param scripts {@code *.cql}, run in the order of their names, in the keyspace
     * @param tables {@code <table>.jsonl}, a row as a JSON object on each line, loaded after the scripts
     * @param hash over the names and contents of all of them
     */
    record Keyspace(String name, List<Path> scripts, List<Path> tables, String hash) {}

    /** Reads the names and contents of a seed's files; the CQL in them is not looked at yet. */
    static CassandraSeed read(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new StackException("The seed '" + folder + "' is no folder; " + FORM);
        }
        try {
            List<Keyspace> keyspaces = new ArrayList<>();
            for (Path entry : entries(folder)) {
                if (!Files.isDirectory(entry)) {
                    throw new StackException(
                            "The seed's file '" + entry + "' lies outside of a keyspace's folder; " + FORM);
                }
                keyspaces.add(keyspace(entry));
            }
            return new CassandraSeed(List.copyOf(keyspaces));
        } catch (IOException e) {
            throw new StackException("Cannot read the seed '" + folder + "': " + StackFolder.reason(e), e);
        }
    }

    private static Keyspace keyspace(Path folder) throws IOException {
        String name = folder.getFileName().toString();
        if (!name.matches("[A-Za-z0-9_]{1,48}") || name.matches("system(_.*)?")) {
            throw new StackException("The seed's folder '" + folder
                    + "' cannot be a keyspace's: up to 48 letters, digits and '_', and none that begins with system");
        }
        List<Path> scripts = new ArrayList<>();
        List<Path> tables = new ArrayList<>();
        MessageDigest digest = sha256();
        for (Path file : entries(folder)) {
            String fileName = file.getFileName().toString();
            if (fileName.endsWith(".cql") && Files.isRegularFile(file)) {
                scripts.add(file);
            } else if (fileName.endsWith(".jsonl") && Files.isRegularFile(file)) {
                tables.add(file);
            } else {
                throw new StackException(
                        "The seed's file '" + file + "' is neither *.cql nor <table>.jsonl; a seed holds nothing else");
            }
            byte[] content = Files.readAllBytes(file);
            digest.update((fileName + "\n" + content.length + "\n").getBytes(StandardCharsets.UTF_8));
            digest.update(content);
        }
        return new Keyspace(
                name, List.copyOf(scripts), List.copyOf(tables), HexFormat.of().formatHex(digest.digest()));
    }

    /** In the order of their names; README files and hidden ones are nobody's seed. */
    private static List<Path> entries(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> !file.getFileName().toString().matches("\\..*|README.*"))
                    .sorted(Comparator.comparing(file -> file.getFileName().toString()))
                    .toList();
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
