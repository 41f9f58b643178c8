package org.tofro.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
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

    /** The comment that a database has from the seed that it was made of: this and the seed's hash. */
    static final String MARK = "tofro seed ";

    /**
     * The databases that are to be made of this seed.
     *
     * @param comments those of the server's databases, by their names
     */
    List<Database> changed(Map<String, String> comments) {
        return databases.stream()
                .filter(database -> !(MARK + database.hash()).equals(comments.get(database.name())))
                .toList();
    }

    /** The names of those that were made of a seed and are not in this one. */
    List<String> gone(Map<String, String> comments) {
        Set<String> names = databases.stream().map(Database::name).collect(Collectors.toSet());
        return comments.entrySet().stream()
                .filter(other ->
                        !names.contains(other.getKey()) && other.getValue().startsWith(MARK))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Reads the names and contents of a seed's files; the SQL in them is not looked at yet. */
    static Seed read(Path folder, Wire.Kind kind) {
        if (!Files.isDirectory(folder)) {
            throw new StackException("The seed '" + folder
                    + "' is no folder; a seed is a folder with a folder of *.sql and *.csv per database");
        }
        try {
            List<Database> databases = new ArrayList<>();
            for (Path entry : SeedFolder.entries(folder)) {
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
        List<Path> files = SeedFolder.entries(folder);
        for (Path file : files) {
            String fileName = file.getFileName().toString();
            if (fileName.endsWith(".sql") && Files.isRegularFile(file)) {
                scripts.add(file);
            } else if (fileName.endsWith(".csv") && Files.isRegularFile(file)) {
                tables.add(table(file));
            } else {
                throw new StackException(
                        "The seed's file '" + file + "' is neither *.sql nor <table>.csv; a seed holds nothing else");
            }
        }
        return new Database(name, List.copyOf(scripts), List.copyOf(tables), SeedFolder.hash(files));
    }

    /** {@code table.csv} or {@code schema.table.csv}. */
    private static Table table(Path csv) {
        String name = csv.getFileName().toString();
        name = name.substring(0, name.length() - ".csv".length());
        int dot = name.indexOf('.');
        return dot < 0 ? new Table(null, name, csv) : new Table(name.substring(0, dot), name.substring(dot + 1), csv);
    }
}
