package org.tofro.settings;

import static org.tofro.yaml.FieldReader.quoted;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tofro.data.Durations;
import org.tofro.problem.Problem;
import org.tofro.problem.Problems;
import org.tofro.settings.ClusterConfig.BootstrapScript;
import org.tofro.settings.ClusterConfig.Group;
import org.tofro.yaml.FieldReader;
import org.tofro.yaml.Node;

/**
 * Reads {@code emr_cluster_config} and {@code ec2_resource_config} of a runner file or a pipeline: Dataduct's keys by their
 * names there, and what EMR has today. A value whose variable this machine lacks is empty, and said elsewhere.
 */
public final class ClusterConfigReader {
    private static final String INSTANCE_TYPE = "[a-z][a-z0-9-]*\\.[a-z0-9-]+";
    private static final String SUBNET = "subnet-[0-9a-f]+";
    private static final String SECURITY_GROUP = "sg-[0-9a-f]+";
    private static final String NAME = "[\\w.@:/+=,-]{1,256}";

    private final Path file;
    private final Function<Node.Scalar, Node.@Nullable Scalar> expand;
    private final Problems problems;
    private final List<Problem> notes = new ArrayList<>();
    private final List<Problem> lacking = new ArrayList<>();

    /**
     * @param file the file that is read: scripts that it names are looked for beside it first
     * @param expand resolves the expressions in a value; null, with a problem, where one cannot be resolved
     */
    public ClusterConfigReader(Path file, Function<Node.Scalar, Node.@Nullable Scalar> expand, Problems problems) {
        this.file = file;
        this.expand = expand;
        this.problems = problems;
    }

    /** What the file says of both. */
    public ClusterConfig read(FieldReader file) {
        Node.Entries machine = file.entries("ec2_resource_config");
        Node.Entries cluster = file.entries("emr_cluster_config");
        ClusterConfig base = machine == null ? ClusterConfig.NONE : machine(machine);
        return cluster == null ? base : cluster(cluster).over(base);
    }

    /** The machine on which Dataduct ran commands: what can be meant for a cluster as well is taken for it. */
    private ClusterConfig machine(Node.Entries entries) {
        notes.clear();
        FieldReader reader = new FieldReader("ec2_resource_config", entries, problems, expand);
        String nothing = "has no effect: no machine is started for scripts, which run where the run does; ";
        note(reader, "instance_type", nothing + "say `core_instance_type` in emr_cluster_config for a cluster");
        note(reader, "ami", nothing + "EMR brings its own image, and `bootstrap` in emr_cluster_config adds to it");
        note(reader, "security_group", nothing + "EMR takes groups by id, as `security_group_id`");
        List<String> subnets = texts(reader, "subnet_id", SUBNET, "a subnet's id such as subnet-0a1b2c3d");
        List<String> groups =
                texts(reader, "security_group_id", SECURITY_GROUP, "a security group's id such as sg-0a1b2c3d");
        Duration terminateAfter = duration(reader, "terminate_after", 1);
        reader.finish();
        return ClusterConfig.NONE.within(subnets, groups, terminateAfter, notes);
    }

    private ClusterConfig cluster(Node.Entries entries) {
        notes.clear();
        FieldReader reader = new FieldReader("emr_cluster_config", entries, problems, expand);
        note(reader, "ami_version", "has no effect: an EMR release names all versions, and `release` says which");
        note(reader, "hadoop_version", "has no effect: Hadoop's version comes with the `release`");
        Group primary = new Group(
                text(reader, INSTANCE_TYPE, "an instance type", "master_instance_type", "master_instance_size"),
                null,
                null);
        Group core = new Group(
                text(reader, INSTANCE_TYPE, "an instance type", "core_instance_type", "instance_size", "instance_type"),
                reader.integer("core_instances", 1, 1_000, "num_instances"),
                bid(reader, "core_bid_price"));
        Group task = new Group(
                text(reader, INSTANCE_TYPE, "an instance type", "task_instance_type"),
                reader.integer("task_instances", 0, 1_000, "num_task_instances"),
                bid(reader, "task_bid_price"));
        ClusterConfig read = new ClusterConfig(
                text(reader, "[^\\r\\n\\t]{1,256}", "a cluster's id or name", "cluster", "cluster_id", "cluster_name"),
                text(reader, "[a-z]{2}(-[a-z]+)+-[0-9]", "a region such as eu-west-1", "region"),
                text(
                        reader,
                        "emr-7\\.[45]\\.[0-9]+",
                        "emr-7.4.0 or emr-7.5.0, whose Flink is the 1.19 that this build is for",
                        "release",
                        "release_label"),
                primary,
                core,
                task,
                text(reader, NAME, "a role's name or ARN", "service_role", "role"),
                text(reader, NAME, "a role's name or ARN", "instance_profile", "resource_role", "job_flow_role"),
                texts(reader, "subnets", SUBNET, "subnets' ids such as subnet-0a1b2c3d", "subnet_id", "subnet_ids"),
                texts(
                        reader,
                        "security_groups",
                        SECURITY_GROUP,
                        "security groups' ids such as sg-0a1b2c3d",
                        "security_group_id"),
                text(reader, "[^\\r\\n\\t]{1,255}", "a key pair's name", "key_pair"),
                tags(reader),
                applications(reader),
                bootstrap(reader),
                text(reader, "s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*)?", "s3://bucket/prefix/", "log_uri"),
                duration(reader, "terminate_after", 1),
                duration(reader, "idle_timeout", 60),
                texts(reader, "environment", "[A-Za-z_][A-Za-z0-9_]*", "names of environment variables"),
                notes,
                lacking);
        reader.finish();
        return read;
    }

    private void note(FieldReader reader, String field, String what) {
        FieldReader.Entry entry = reader.unwanted(field);
        if (entry != null) {
            notes.add(new Problem(entry.keySpan(), "note: '" + field + "' of " + reader.subject() + " " + what));
        }
    }

    private @Nullable String text(FieldReader reader, String pattern, String takes, String name, String... aliases) {
        Node.Scalar scalar = reader.scalar(name, aliases);
        return scalar != null && good(name, scalar, pattern, takes) ? scalar.text() : null;
    }

    private List<String> texts(FieldReader reader, String name, String pattern, String takes, String... aliases) {
        List<Node.Scalar> scalars = reader.scalars(name, aliases);
        return scalars == null
                ? List.of()
                : scalars.stream()
                        .filter(scalar -> good(name, scalar, pattern, takes))
                        .map(Node.Scalar::text)
                        .toList();
    }

    private boolean good(String name, Node.Scalar scalar, String pattern, String takes) {
        if (!scalar.text().isEmpty() && !scalar.text().matches(pattern)) {
            problems.add(scalar.span(), "'" + name + "' takes " + takes + ", not " + quoted(scalar.text()));
            return false;
        }
        return !scalar.text().isEmpty();
    }

    private @Nullable String bid(FieldReader reader, String name) {
        return text(
                reader,
                "[0-9]{1,4}(\\.[0-9]{1,6})?|" + Group.SPOT,
                "the most that a spot instance may cost an hour, such as 0.12, or 'spot' for the price of an ordinary one",
                name);
    }

    private @Nullable Duration duration(FieldReader reader, String name, long leastSeconds) {
        Node.Scalar scalar = reader.scalar(name);
        if (scalar == null || scalar.text().isEmpty()) {
            return null;
        }
        Optional<Duration> duration =
                Durations.parse(scalar.text()).filter(length -> length.toSeconds() >= leastSeconds);
        if (duration.isEmpty()) {
            problems.add(
                    scalar.span(),
                    "'" + name + "' takes a time such as 30 minutes or 6 hours, not " + quoted(scalar.text()));
        }
        return duration.orElse(null);
    }

    private Map<String, String> tags(FieldReader reader) {
        Map<String, String> tags = new LinkedHashMap<>();
        Node.Entries entries = reader.entries("tags");
        for (Node.Entry entry : entries == null ? List.<Node.Entry>of() : entries.entries()) {
            if (entry.value() instanceof Node.Scalar scalar && !scalar.isNull()) {
                Node.Scalar value = expand.apply(scalar);
                if (value != null) {
                    tags.put(entry.key(), value.text());
                }
            } else {
                problems.add(entry.value().span(), "a tag takes a single value, and '" + entry.key() + "' has none");
            }
        }
        return tags;
    }

    /** Dataduct's `install_hive: latest` names an application as well. */
    private List<String> applications(FieldReader reader) {
        List<String> applications = new ArrayList<>(
                texts(reader, "applications", "[A-Za-z][A-Za-z0-9-]*", "names of EMR's applications such as Hive"));
        for (String one : List.of("Hive", "Pig")) {
            Node.Scalar install = reader.scalar("install_" + one.toLowerCase(Locale.ROOT));
            if (install != null && !install.text().matches("(?i)false|no|off|")) {
                applications.add(one);
            }
        }
        return applications.stream().distinct().toList();
    }

    private List<BootstrapScript> bootstrap(FieldReader reader) {
        FieldReader.Entry entry = reader.find("bootstrap");
        if (entry == null) {
            return List.of();
        }
        List<Node> nodes = entry.value() instanceof Node.Items items ? items.items() : List.of(entry.value());
        List<BootstrapScript> scripts = new ArrayList<>();
        for (Node node : nodes) {
            if (node instanceof Node.Entries entries) {
                scripts.addAll(script(entries));
            } else if (node instanceof Node.Scalar scalar && !scalar.isNull()) {
                Node.Scalar path = expand.apply(scalar);
                scripts.addAll(path == null ? List.of() : script(path, List.of()));
            } else {
                problems.add(
                        node.span(),
                        "'bootstrap' takes scripts: s3://bucket/script.sh, or {script: file.sh, arguments: [...]}");
            }
        }
        return scripts;
    }

    private List<BootstrapScript> script(Node.Entries entries) {
        FieldReader reader = new FieldReader("an entry of 'bootstrap'", entries, problems, expand);
        Node.Scalar path = reader.scalar("script", "string");
        List<Node.Scalar> arguments = reader.scalars("arguments", "script_arguments");
        if (path == null) {
            reader.missing("script");
        }
        reader.finish();
        return path == null
                ? List.of()
                : script(
                        path,
                        arguments == null
                                ? List.of()
                                : arguments.stream().map(Node.Scalar::text).toList());
    }

    /** Data Pipeline wrote the arguments behind the script, after commas. */
    private List<BootstrapScript> script(Node.Scalar path, List<String> arguments) {
        String text = path.text();
        if (text.isEmpty()) {
            return List.of();
        }
        if (text.startsWith("s3://")) {
            String[] parts = text.split(",", -1);
            List<String> all = new ArrayList<>(Arrays.asList(parts).subList(1, parts.length));
            all.addAll(arguments);
            return List.of(new BootstrapScript(parts[0], false, all));
        }
        try {
            for (Path place : List.of(
                    file.toAbsolutePath().resolveSibling(text), Path.of(text).toAbsolutePath())) {
                if (Files.isRegularFile(place)) {
                    return List.of(new BootstrapScript(place.normalize().toString(), true, arguments));
                }
            }
        } catch (InvalidPathException impossible) {
            // It is then no file's name either.
        }
        lacking.add(new Problem(
                path.span(),
                "there is no script " + quoted(text) + ", neither beside this file nor in the working directory; one on"
                        + " S3 begins with s3://"));
        return List.of();
    }
}
