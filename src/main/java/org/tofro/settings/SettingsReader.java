package org.tofro.settings;

import static org.tofro.yaml.FieldReader.quoted;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tofro.problem.Problem;
import org.tofro.problem.Problems;
import org.tofro.problem.Span;
import org.tofro.problem.Spelling;
import org.tofro.settings.Settings.Limits;
import org.tofro.settings.Settings.Runner;
import org.tofro.yaml.FieldReader;
import org.tofro.yaml.Node;
import org.tofro.yaml.YamlReader;

/** Reads runner files. Every problem of a file is reported in one reading; nothing in a file makes it throw. */
public final class SettingsReader {
    private static final Path FOLDER = Path.of("runners");
    /** Characters that a key of masks has at least. */
    public static final int SHORTEST_KEY = 16;

    /** Why one that is shorter is refused. */
    public static final String TOO_SHORT =
            "has fewer than " + SHORTEST_KEY + " characters, which can be guessed; make one by `openssl rand -hex 32`";

    private final Function<String, @Nullable String> environment;
    private final SecretStores stores;

    /**
     * @param environment resolves <code>${env:NAME}</code>, null meaning that it is not set
     * @param stores what secrets can be kept in
     */
    public SettingsReader(Function<String, @Nullable String> environment, SecretStores stores) {
        this.environment = environment;
        this.stores = stores;
    }

    /**
     * The runner file of that name under {@code runners/}, in the working directory or in the checkout, or the one at that
     * path.
     */
    public static Optional<Path> find(String nameOrPath, Path checkout, Problems problems) {
        try {
            Path named = FOLDER.resolve(nameOrPath + ".yaml");
            Optional<Path> found = Stream.of(named, Path.of(nameOrPath), checkout.resolve(named))
                    .filter(Files::isRegularFile)
                    .findFirst();
            if (found.isPresent()) {
                return found;
            }
        } catch (InvalidPathException impossible) {
            // It is then no file's name either, which the problem below says.
        }
        problems.add(
                Span.startOf(FOLDER + "/" + nameOrPath + ".yaml"),
                "there is no environment " + quoted(nameOrPath) + Spelling.hint(nameOrPath, known(checkout)));
        return Optional.empty();
    }

    private static List<String> known(Path checkout) {
        Path folder = Files.isDirectory(FOLDER) ? FOLDER : checkout.resolve(FOLDER);
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".yaml"))
                    .map(name -> name.substring(0, name.length() - ".yaml".length()))
                    .sorted()
                    .toList();
        } catch (IOException none) {
            return List.of();
        }
    }

    /** Reads one file; empty where it holds no mapping at all. */
    public Optional<Environment> read(Path file, Problems problems) {
        YamlReader.Document document = YamlReader.read(file, problems);
        if (document.root() instanceof Node.Entries root) {
            return Optional.of(environment(file, root, problems));
        }
        if (document.root() != null) {
            problems.add(
                    document.root().span(),
                    "a runner file is a mapping with the key 'runner', and this is "
                            + document.root().kind());
        }
        return Optional.empty();
    }

    private Environment environment(Path file, Node.Entries root, Problems problems) {
        References references = new References(file, environment, stores, problems);
        FieldReader reader = new FieldReader("a runner file", root, problems, references::expand);
        String runner = reader.choice("runner", List.of("direct", "flink"));
        Map<String, String> beam = texts("a Beam option", reader.entries("beam"), references, problems);
        FlinkSettings flink = new FlinkReader(references, problems).read(reader.entries("flink"));
        String staging = area(reader, "staging_area", references, problems);
        String state = area(reader, "state_area", references, problems);
        Limits limits = limits(reader.entries("limits"), references, problems);
        NotificationReader notifications = new NotificationReader(file, references::expand, problems);
        List<Notification> notify = notifications.read(reader);
        List<CertificateFile> certificates = new ArrayList<>(notifications.certificates());
        Housekeeping housekeeping = new HousekeepingReader(references::expand, problems).read(reader);
        List<CustomStep> customSteps = new CustomStepReader(references, problems).read(reader.items("custom_steps"));
        List<Problem> missingForAll = references.takeMissing();
        Secret maskKey = maskKey(reader.entries("masks"), references, problems);
        List<Problem> missingForMasks = references.takeMissing();
        ClusterConfig cluster = new ClusterConfigReader(file, references::expand, problems).read(reader);
        cluster = cluster.lackingToo(references.takeMissing());
        Map<String, Connection> connections = new LinkedHashMap<>();
        Map<String, List<Problem>> missing = new HashMap<>();
        Map<String, Span> places = new HashMap<>();
        Node.Entries listed = reader.entries("connections");
        ConnectionReader connectionReader = new ConnectionReader(file, references, problems, certificates::add);
        for (Node.Entry entry : listed == null ? List.<Node.Entry>of() : listed.entries()) {
            connectionReader.read(entry).ifPresent(connection -> connections.put(entry.key(), connection));
            missing.put(entry.key(), references.takeMissing());
            places.put(entry.key(), entry.keySpan());
        }
        reader.finish();
        checkTogether(staging, state, connections, places, root.span(), problems);
        String fileName = file.getFileName().toString().replaceFirst("\\.[Yy][Aa]?[Mm][Ll]$", "");
        Runner engine = "flink".equals(runner) ? Runner.FLINK : Runner.DIRECT;
        return new Environment(
                new Settings(fileName, engine, beam, staging, state, connections, limits, maskKey, flink),
                notify == null ? List.of() : notify,
                customSteps,
                housekeeping,
                missing,
                missingForAll,
                missingForMasks,
                cluster,
                certificates);
    }

    static Map<String, String> texts(
            String subject, Node.@Nullable Entries entries, References references, Problems problems) {
        Map<String, String> texts = new LinkedHashMap<>();
        for (Node.Entry entry : entries == null ? List.<Node.Entry>of() : entries.entries()) {
            if (entry.value() instanceof Node.Scalar scalar && !scalar.isNull()) {
                texts.put(entry.key(), references.expand(scalar).text());
            } else {
                problems.add(
                        entry.value().span(),
                        subject + " takes a single value, and " + quoted(entry.key()) + " has "
                                + entry.value().kind());
            }
        }
        return texts;
    }

    private static String area(FieldReader reader, String field, References references, Problems problems) {
        Node.Scalar scalar = reader.scalar(field);
        if (scalar == null) {
            reader.missing(field);
            return "";
        }
        String text = scalar.text();
        if (references.lacksSomethingOf(scalar)) {
            return "";
        }
        if (text.startsWith("file:") && text.length() > "file:".length()) {
            String path = text.substring("file:".length()).replaceFirst("^/+", "/");
            try {
                return "file://" + Path.of(path).toAbsolutePath().normalize() + "/";
            } catch (InvalidPathException impossible) {
                // Reported below.
            }
        }
        if (!text.matches("s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9!_.*'()/-]*)?")) {
            problems.add(
                    scalar.span(), "'" + field + "' takes s3://bucket/prefix/ or file:/folder/, not " + quoted(text));
            return "";
        }
        return text.endsWith("/") ? text : text + "/";
    }

    private static Limits limits(Node.@Nullable Entries entries, References references, Problems problems) {
        if (entries == null) {
            return Limits.DEFAULT;
        }
        FieldReader reader = new FieldReader("limits", entries, problems, references::expand);
        Integer lease = reader.integer("lease_seconds", 1, 86_400);
        Integer lockWait = reader.integer("lock_wait_seconds", 1, 86_400);
        Integer parallel = reader.integer("max_parallel_steps", 1, 1_000);
        Integer runs = reader.integer("max_runs", 1, 10_000);
        Integer runWait = reader.integer("run_wait_seconds", 0, 604_800);
        reader.finish();
        return new Limits(
                lease == null ? Limits.DEFAULT.leaseSeconds() : lease,
                lockWait == null ? Limits.DEFAULT.lockWaitSeconds() : lockWait,
                parallel == null ? Limits.DEFAULT.maxParallelSteps() : parallel,
                runs == null ? Limits.DEFAULT.maxRuns() : runs,
                runWait == null ? Limits.DEFAULT.runWaitSeconds() : runWait);
    }

    private static @Nullable Secret maskKey(Node.@Nullable Entries entries, References references, Problems problems) {
        if (entries == null) {
            return null;
        }
        FieldReader reader = new FieldReader("masks", entries, problems, references::expand);
        Node.Scalar given = reader.raw("key");
        if (given == null) {
            reader.missing("key");
            reader.finish(false);
            return null;
        }
        Secret key = references.secret("key", given);
        if (key.isAtHand() && !key.reveal().isEmpty() && key.reveal().length() < SHORTEST_KEY) {
            problems.addUnquoted(given.span(), "the key of 'masks' " + TOO_SHORT);
        }
        reader.finish(false);
        return key;
    }

    private static void checkTogether(
            String staging,
            String state,
            Map<String, Connection> connections,
            Map<String, Span> places,
            Span file,
            Problems problems) {
        List<S3Connection> stores = connections.values().stream()
                .filter(S3Connection.class::isInstance)
                .map(S3Connection.class::cast)
                .toList();
        boolean needsStore = staging.startsWith("s3:") || state.startsWith("s3:");
        if (stores.isEmpty() && needsStore) {
            problems.add(file, "'staging_area' or 'state_area' is on S3, so 'connections' needs one of the type s3");
        }
        for (S3Connection second : stores.subList(Math.min(1, stores.size()), stores.size())) {
            problems.add(
                    places.getOrDefault(second.name(), file),
                    "a runner file has one connection of the type s3, and '"
                            + stores.get(0).name() + "' is one already");
        }
        connections.forEach((name, connection) -> {
            if (!(connection instanceof RedshiftConnection) || connection.standIn()) {
                return;
            }
            if (staging.startsWith("file:")) {
                problems.add(
                        places.getOrDefault(name, file),
                        "'" + name + "' is a real Redshift, which cannot read files from a folder of this machine;"
                                + " 'staging_area' must be on S3");
            } else if (!stores.isEmpty() && stores.get(0).standIn()) {
                problems.add(
                        places.getOrDefault(name, file),
                        "'" + name + "' is a real Redshift, which cannot read files from the stand-in '"
                                + stores.get(0).name()
                                + "' on this machine; use a real S3, or 'stand_in: true' here too");
            }
        });
    }
}
