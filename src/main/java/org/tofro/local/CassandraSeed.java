package org.tofro.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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
            for (Path entry : SeedFolder.entries(folder)) {
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
        List<Path> files = SeedFolder.entries(folder);
        for (Path file : files) {
            String fileName = file.getFileName().toString();
            if (fileName.endsWith(".cql") && Files.isRegularFile(file)) {
                scripts.add(file);
            } else if (fileName.endsWith(".jsonl") && Files.isRegularFile(file)) {
                tables.add(file);
            } else {
                throw new StackException(
                        "The seed's file '" + file + "' is neither *.cql nor <table>.jsonl; a seed holds nothing else");
            }
        }
        return new Keyspace(name, List.copyOf(scripts), List.copyOf(tables), SeedFolder.hash(files));
    }
}
