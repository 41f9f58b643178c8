package org.tofro.pipeline;

import static org.tofro.yaml.FieldReader.quoted;

import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.tofro.pipeline.StepSpec.Reference;
import org.tofro.problem.Problem;
import org.tofro.problem.Problems;
import org.tofro.problem.Span;
import org.tofro.problem.Spelling;
import org.tofro.settings.ClusterConfig;
import org.tofro.settings.ClusterConfigReader;
import org.tofro.yaml.FieldReader;
import org.tofro.yaml.Node;
import org.tofro.yaml.Template;
import org.tofro.yaml.YamlReader;

/** Reads pipeline files. Every problem of a file is reported in one reading; nothing in a file makes it throw. */
public final class PipelineReader {
    /** Dataduct's keys of a pipeline that Tofro has no meaning for yet; none is ignored in silence. */
    private static final List<String> ANCESTORS_KEYS = List.of("time_delta");

    /** Dataduct's keys of every step, likewise. */
    private static final List<String> ANCESTORS_STEP_KEYS = List.of("input_path");

    private final Map<String, StepType> types = new LinkedHashMap<>();
    private final Variables variables;

    /** A reader that knows these step types, and these values for expressions. */
    public PipelineReader(List<StepType> catalogue, Variables variables) {
        for (StepType type : catalogue) {
            types.put(type.name(), type);
            type.aliases().forEach(alias -> types.put(alias, type));
        }
        this.variables = variables;
    }

    /**
     * Reads one file. Where problems were found the pipeline holds stand-in values and is good for finding more problems
     * only; it is empty where the file holds no mapping at all.
     */
    public Optional<PipelineSpec> read(Path file, Problems problems) {
        YamlReader.Document document = YamlReader.read(file, problems);
        if (document.root() instanceof Node.Entries root) {
            return Optional.of(pipeline(file, document.source().text(), root, problems));
        }
        if (document.root() != null) {
            problems.add(
                    document.root().span(),
                    "a pipeline is a mapping with the key 'steps', and this is "
                            + document.root().kind());
        }
        return Optional.empty();
    }

    /** The name of the pipeline in that file: what it says, as far as it can be read, else the file's own. */
    public static String nameOf(Path file) {
        if (YamlReader.read(file, new Problems()).root() instanceof Node.Entries root) {
            for (Node.Entry entry : root.entries()) {
                if (entry.key().equals("name") && entry.value() instanceof Node.Scalar name && !name.isNull()) {
                    return name.text();
                }
            }
        }
        return fileName(file);
    }

    private PipelineSpec pipeline(Path file, String text, Node.Entries root, Problems problems) {
        PipelineText outer = new PipelineText(file, variables, new NamedFiles(file));
        FieldReader reader = new FieldReader("a pipeline", root, problems, scalar -> outer.expand(scalar, problems));
        Map<String, String> defaults = variableDefaults(reader.find("variables"));
        // First of all, because what the dates of expressions mean follows from it.
        Schedule schedule = new ScheduleReader(problems).read(reader);
        PipelineText inner = outer.with(variables.on(schedule).over(defaults));
        reader = new FieldReader("a pipeline", root, problems, scalar -> inner.expand(scalar, problems));
        reader.find("variables");
        Node.Scalar name = name(reader, problems);
        Node.Scalar description = reader.scalar("description");
        Node.Scalar owner = reader.scalar("owner");
        reader.find("schedule");
        reader.unwanted("frequency");
        reader.unwanted("load_time");
        RunRulesReader rules = new RunRulesReader(inner, problems);
        Attempts attempts = rules.attempts(reader, Attempts.ONE);
        List<StepSpec> steps = steps(reader, inner, attempts, problems);
        List<StepSpec> teardown = teardown(reader, inner, attempts, problems);
        RunRules around = rules.read(reader, attempts, teardown, schedule == null ? ZoneId.of("UTC") : schedule.zone());
        ClusterConfig cluster =
                new ClusterConfigReader(file, scalar -> inner.expand(scalar, problems), problems).read(reader);
        finish(reader, problems);
        return new PipelineSpec(
                name == null ? fileName(file) : name.text(),
                description == null ? null : description.text(),
                owner == null ? null : owner.text(),
                schedule,
                steps,
                around,
                file,
                text,
                name == null ? Span.startOf(file.toString()) : name.span(),
                cluster,
                outer.files().all());
    }

    private static String fileName(Path file) {
        String fileName = String.valueOf(file.getFileName());
        return fileName.replaceFirst("\\.[Yy][Aa]?[Mm][Ll]$", "");
    }

    private static Node.@Nullable Scalar name(FieldReader reader, Problems problems) {
        Node.Scalar name = reader.scalar("name");
        if (name != null) {
            checkName(name, problems);
        }
        return name;
    }

    /** Names become folders of the staging area, rows of the ledger and words of messages. */
    private static boolean checkName(Node.Scalar name, Problems problems) {
        boolean good = name.text().matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}");
        if (!good) {
            problems.add(
                    name.span(),
                    quoted(name.text()) + " cannot be a name: up to 100 letters, digits, '_', '-' and '.',"
                            + " the first a letter, digit or '_'");
        }
        return good;
    }

    private static Map<String, String> variableDefaults(FieldReader.@Nullable Entry entry) {
        Map<String, String> defaults = new TreeMap<>();
        // A list or a mapping here holds anchors for the steps to use; only single values are variables.
        if (entry != null && entry.value() instanceof Node.Entries entries) {
            for (Node.Entry variable : entries.entries()) {
                if (variable.value() instanceof Node.Scalar scalar && !scalar.isNull()) {
                    defaults.put(variable.key(), scalar.text());
                }
            }
        }
        return defaults;
    }

    private static void finish(FieldReader reader, Problems problems) {
        for (String key : ANCESTORS_KEYS) {
            FieldReader.Entry entry = reader.unwanted(key);
            if (entry != null) {
                problems.add(
                        entry.keySpan(),
                        "'" + key + "' is a key of Dataduct that Tofro does not support yet; take it out");
            }
        }
        reader.finish();
    }

    private List<StepSpec> steps(FieldReader reader, PipelineText text, Attempts attempts, Problems problems) {
        Node.Items items = reader.items("steps", "Steps");
        if (items == null) {
            reader.missing("steps");
            return List.of();
        }
        if (items.items().isEmpty()) {
            problems.add(items.span(), "a pipeline needs at least one step");
        }
        return steps(items.items(), "", text, attempts, problems);
    }

    /** Dataduct has one step here, we have a list as well. */
    private List<StepSpec> teardown(FieldReader reader, PipelineText text, Attempts attempts, Problems problems) {
        FieldReader.Entry entry = reader.find("teardown");
        if (entry == null) {
            return List.of();
        }
        List<Node> nodes = entry.value() instanceof Node.Items items ? items.items() : List.of(entry.value());
        List<StepSpec> steps = steps(nodes, "teardown-", text, attempts, problems);
        for (StepSpec step : steps) {
            boolean takes = step.step().fileInputs().least() > 0 || step.inputNodes() != null;
            if (step.step().producesFiles() || takes || step.isWait()) {
                problems.add(
                        step.span(),
                        step.type().name() + " cannot be a step of a teardown, which moves no files and waits for"
                                + " nobody");
            }
        }
        return steps;
    }

    private List<StepSpec> steps(
            List<Node> nodes, String prefix, PipelineText text, Attempts attempts, Problems problems) {
        List<StepSpec> steps = new ArrayList<>();
        Map<String, Integer> counts = new HashMap<>();
        for (Node item : nodes) {
            if (item instanceof Node.Entries entries) {
                steps.addAll(step(entries, prefix, counts, text, attempts, problems));
            } else {
                problems.add(item.span(), "a step is a mapping with the key 'type', and this is " + item.kind());
            }
        }
        return steps;
    }

    /** The step; one for each combination of its {@code for_each}. */
    private List<StepSpec> step(
            Node.Entries entries,
            String prefix,
            Map<String, Integer> counts,
            PipelineText text,
            Attempts attempts,
            Problems problems) {
        FieldReader head = new FieldReader("a step", entries, problems, scalar -> text.expand(scalar, problems));
        Node.Scalar typeName = CommonField.TYPE.scalar(head);
        if (typeName == null) {
            if (!head.wasBad("type")) {
                problems.add(entries.span(), "a step needs the field 'type'");
            }
            return List.of();
        }
        StepType type = types.get(typeName.text());
        if (type == null) {
            problems.add(
                    typeName.span(),
                    "there is no step type " + quoted(typeName.text())
                            + Spelling.hint(typeName.text(), types.keySet()));
            return List.of();
        }
        int number = counts.merge(type.name(), 1, Integer::sum);
        Node.Scalar name = CommonField.NAME.scalar(head);
        Node.Scalar given = name != null && checkName(name, problems) ? name : null;
        Head known = new Head(
                entries,
                typeName,
                type,
                given != null ? given.text() : prefix + type.name() + "-" + number,
                given != null ? given.span() : typeName.span());
        List<Map<String, String>> combinations = new ForEach(text, problems).read(head);
        if (combinations == null) {
            return List.of(step(known, null, text, attempts, problems));
        }
        List<StepSpec> steps = new ArrayList<>();
        Set<Problem> seen = new HashSet<>();
        for (Map<String, String> combination : combinations) {
            // What is wrong with one combination is wrong with most of them, and is said once.
            Problems found = new Problems();
            Iteration iteration = new Iteration(known.name(), steps.size() + 1, combination);
            PipelineText own = text.with(text.variables().forEach(combination));
            steps.add(step(known, iteration, own, attempts, found));
            found.all().stream().filter(seen::add).forEach(problems::add);
        }
        return steps;
    }

    private record Head(Node.Entries entries, Node.Scalar typeName, StepType type, String name, Span span) {}

    private static StepSpec step(
            Head head, @Nullable Iteration iteration, PipelineText text, Attempts attempts, Problems problems) {
        Node.Entries entries = head.entries();
        Node.Scalar typeName = head.typeName();
        StepType type = head.type();
        NodeFields fields = new NodeFields(typeName.text(), entries, text, problems);
        FieldReader reader = fields.reader();
        CommonField.TYPE.scalar(reader);
        reader.find(CommonField.NAME.name());
        CommonField.DESCRIPTION.scalar(reader);
        List<Node.Scalar> dependsOn = CommonField.DEPENDS_ON.scalars(reader);
        Step step = type.read().apply(fields);
        FileInputs takes = step.fileInputs();
        List<StepSpec.InputNode> inputNodes = null;
        if (takes.most() > 0) {
            inputNodes =
                    step.namesItsFiles() ? fields.inputNodes() : new InputNodes(text, problems).read(reader, takes);
        }
        Attempts own = new RunRulesReader(text, problems).attempts(reader, step, attempts);
        reader.find(CommonField.FOR_EACH.name());
        refuseAncestorsKeys(reader, typeName.text(), step, problems);
        reader.finish();
        return new StepSpec(
                iteration == null ? head.name() : iteration.step(),
                type,
                step,
                dependsOn == null
                        ? null
                        : dependsOn.stream().map(PipelineReader::reference).toList(),
                inputNodes,
                fields.connections(),
                own,
                isDated(entries) || step.dated(),
                iteration,
                head.span());
    }

    /** Whether an expression somewhere in it stands for the run's interval. */
    private static boolean isDated(Node node) {
        if (node instanceof Node.Scalar scalar) {
            return Template.parse(scalar, new Problems()).parts().stream()
                    .anyMatch(part -> part instanceof Template.Expression expression
                            && List.of("date", "interval").contains(expression.kind()));
        }
        return node instanceof Node.Items items
                ? items.items().stream().anyMatch(PipelineReader::isDated)
                : ((Node.Entries) node).entries().stream().anyMatch(entry -> isDated(entry.value()));
    }

    private static void refuseAncestorsKeys(FieldReader reader, String type, Step step, Problems problems) {
        if (step.fileInputs().most() == 0 || step.namesItsFiles()) {
            FieldReader.Entry entry = reader.unwanted("input_node");
            if (entry != null) {
                problems.add(
                        entry.keySpan(),
                        step.namesItsFiles()
                                ? type + " names the steps whose files it takes in its fields"
                                : type + " takes no files of another step; 'depends_on' orders it");
            }
        }
        for (String key : ANCESTORS_STEP_KEYS) {
            FieldReader.Entry entry = reader.unwanted(key);
            if (entry != null) {
                problems.add(
                        entry.keySpan(),
                        "'" + key + "' is a key of Dataduct that Tofro does not support yet; take it out");
            }
        }
    }

    private static Reference reference(Node.Scalar scalar) {
        return new Reference(scalar.text(), scalar.span());
    }
}
