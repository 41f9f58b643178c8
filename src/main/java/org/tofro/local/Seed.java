package org.tofro.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a stand-in's server holds at first: a folder with a folder per database.
 *
 * @param databases in the order of their names
 */
record Seed(List<Database> databases) {
    /** The databases that a server has of its own. */
    private static final Map<Wire.Kind, Set<String>> OWN = Map.of(
            Wire.Kind.POSTGRES,
            Set.of("postgres", "template0", "template1"),
            Wire.Kind.MYSQL,
            Set.of("mysql", "sys", "information_schema", "performance_schema"));

    /**
     * One database.
     *
     * @param scripts {@code *.sql}, run in the order of their names
     * @param tables {@code *.csv}, loaded after the scripts in the order of their names
     * @param hash over the names and contents of all of them
     */
    record Database(String name, List<Path> scripts, List<Table> tables, String hash) {}

    /**
     * A table's rows.
     *
     * @param schema null where the file's name gives none
     */
    record Table(@Nullable String schema, String table, Path csv) {}

    /** Reads the names and contents of a seed's files; the SQL in them is not looked at yet. */
    static Seed read(Path folder, Wire.Kind kind) {
        if (!Files.isDirectory(folder)) {
            throw new StackException("The seed '" + folder
                    + "' is no folder; a seed is a folder with a folder of *.sql and *.csv per database");
        }
        try {
            List<Database> databases = new ArrayList<>();
            for (Path entry : entries(folder)) {
                if (!Files.isDirectory(entry)) {
                    throw new StackException("The seed's file '" + entry
                            + "' lies outside of a database's folder; a seed is a folder with a folder of *.sql and *.csv per"
                            + " database");
                }
                databases.add(database(entry, kind));
            }
            return new Seed(List.copyOf(databases));
        } catch (IOException e) {
            throw new StackException("Cannot read the seed '" + folder + "': " + StackFolder.reason(e), e);
        }
    }

    private static Database database(Path folder, Wire.Kind kind) throws IOException {
        String name = folder.getFileName().toString();
        if (OWN.getOrDefault(kind, Set.of()).contains(name)) {
            throw new StackException("The seed's folder '" + folder + "' has the name of a database that "
                    + (kind == Wire.Kind.MYSQL ? "MySQL" : "PostgreSQL")
                    + " keeps for itself; give the database another name");
        }
        List<Path> scripts = new ArrayList<>();
        List<Table> tables = new ArrayList<>();
        MessageDigest digest = sha256();
        for (Path file : entries(folder)) {
            String fileName = file.getFileName().toString();
            if (fileName.endsWith(".sql") && Files.isRegularFile(file)) {
                scripts.add(file);
            } else if (fileName.endsWith(".csv") && Files.isRegularFile(file)) {
                tables.add(table(file));
            } else {
                throw new StackException(
                        "The seed's file '" + file + "' is neither *.sql nor <table>.csv; a seed holds nothing else");
            }
            byte[] content = Files.readAllBytes(file);
            digest.update((fileName + "\n" + content.length + "\n").getBytes(StandardCharsets.UTF_8));
            digest.update(content);
        }
        return new Database(
                name, List.copyOf(scripts), List.copyOf(tables), HexFormat.of().formatHex(digest.digest()));
    }

    /** {@code table.csv} or {@code schema.table.csv}. */
    private static Table table(Path csv) {
        String name = csv.getFileName().toString();
        name = name.substring(0, name.length() - ".csv".length());
        int dot = name.indexOf('.');
        return dot < 0 ? new Table(null, name, csv) : new Table(name.substring(0, dot), name.substring(dot + 1), csv);
    }

    /** In the order of their names; README files and hidden ones are nobody's seed. */
    private static List<Path> entries(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> !file.getFileName().toString().matches("\\..*|README.*"))
                    .sorted((a, b) ->
                            a.getFileName().toString().compareTo(b.getFileName().toString()))
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
