package org.tofro.steps;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.extract.CommittedAttempt;
import org.tofro.connect.transform.QueryTransformation;
import org.tofro.connect.transform.RowsClass;
import org.tofro.connect.transform.RowsTransform;
import org.tofro.connect.transform.ScriptTransformation;
import org.tofro.connect.transform.TransformFiles;
import org.tofro.connect.transform.TransformInput;
import org.tofro.connect.transform.TransformOutput;
import org.tofro.connect.transform.Transformation;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.data.StagedFiles;
import org.tofro.data.TableDefinition;
import org.tofro.pipeline.Fields;
import org.tofro.pipeline.FileInputs;
import org.tofro.pipeline.Flow;
import org.tofro.pipeline.SqlQuery;
import org.tofro.pipeline.Step;
import org.tofro.pipeline.StepType;
import org.tofro.pipeline.TableUse;
import org.tofro.pipeline.Upstream;

/**
 * Makes files of files: by a program, by a query in an embedded engine, or by a class of Beam's.
 *
 * @param program a program; that of it is null where it runs none
 * @param sql a query; null where it runs none
 * @param className a class; null where it applies none
 * @param columns the columns that it writes; empty where they follow from its inputs, the query or the class
 * @param inputColumns the columns that a class takes
 * @param outputNodes the names of its outputs; empty for one that goes by the step's name
 * @param noOutput whether it stages nothing
 * @param noInput whether it takes nothing
 */
public record Transform(
        TransformProgram program,
        @Nullable SqlQuery sql,
        @Nullable String className,
        List<OutputColumn> columns,
        List<OutputColumn> inputColumns,
        List<String> outputNodes,
        boolean noOutput,
        boolean noInput)
        implements Step {
    public static final StepType TYPE = new StepType(
            "transform",
            List.of(),
            "Makes staged files of staged files: by a program, a query or a class.",
            Transform::read);

    public Transform {
        columns = List.copyOf(columns);
        inputColumns = List.copyOf(inputColumns);
        outputNodes = List.copyOf(outputNodes);
    }

    private static Transform read(Fields fields) {
        fields.ancestors("resource_type", "the runner file says where a run works; take it out");
        fields.ancestors("output_path", "what it stages is kept in the staging area; take it out");
        fields.ancestors("additional_s3_files", "put them into 'script_directory', or let 'input_node' take them");
        TransformProgram program = TransformProgram.read(fields);
        SqlQuery sql = fields.field(
                        "sql",
                        "A query over the inputs, which are the tables `input1`, `input2`, ..., and go by their own names"
                                + " too; it runs in an embedded DuckDB.")
                .optionalQuery();
        String className = fields.field(
                        "class",
                        "A class on the class path that is a `PTransform<PCollection<Row>, PCollection<Row>>` of Beam's"
                                + " with a constructor without arguments.")
                .optionalText();
        fields.exactlyOneOf(List.of("command", "script", "script_directory", "script_uri", "sql", "class"));
        List<OutputColumn> columns = fields.field(
                        "columns",
                        "The columns of what it writes, in their order. Where it is missing, those of the table that it is"
                                + " loaded into, if that has a definition, else those of its inputs; or what follows from"
                                + " the query or the class.")
                .each(OutputColumn::read);
        List<OutputColumn> inputColumns = fields.field(
                        "input_columns",
                        "The columns that a `class` takes, in their order: its schema has to be known before it runs.")
                .each(OutputColumn::input);
        List<String> outputNodes = fields.field(
                        "output_node",
                        "Names for several outputs, each a folder in `OUTPUT1_STAGING_DIR`; later steps take them by"
                                + " `input_node`.")
                .names();
        boolean noOutput =
                fields.field("no_output", "Whether it stages nothing.").flagOr(false);
        boolean noInput = fields.field("no_input", "Whether it takes no files, though there may be some.")
                .flagOr(false);
        Transform transform =
                new Transform(program, sql, className, columns, inputColumns, outputNodes, noOutput, noInput);
        transform.check(fields);
        return transform;
    }

    private void check(Fields fields) {
        String other = sql != null ? "sql" : className != null ? "class" : null;
        if (other != null) {
            program.demandNone(fields, other);
            for (String field : List.of("output_node", "no_output", "no_input")) {
                if (fields.has(field)) {
                    fields.problem(
                            field,
                            "'" + field + "' goes with a program only; with '" + other
                                    + "' the step takes files and stages one output");
                }
            }
        }
        if (className != null) {
            RowsClass.complaint(className).ifPresent(complaint -> fields.problem("class", complaint));
            if (inputColumns.isEmpty()) {
                fields.problem(
                        "class", "'class' needs 'input_columns', the names and types of the columns that it takes");
            }
        } else if (fields.has("input_columns")) {
            fields.problem("input_columns", "'input_columns' goes with 'class' only");
        }
        if (noOutput && (fields.has("columns") || fields.has("output_node"))) {
            fields.problem("no_output", "'no_output: true' goes without 'columns' and 'output_node'");
        }
        checkOutputs(fields);
    }

    private void checkOutputs(Fields fields) {
        for (String node : outputNodes) {
            if (!node.matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")) {
                fields.problem("output_node", "'" + node + "' cannot be a name: letters, digits, '_', '-' and '.'");
            }
        }
        for (OutputColumn column : columns) {
            if (column.output() != null && !outputNodes.contains(column.output())) {
                fields.problem(
                        "columns",
                        "the column '" + column.name() + "' is of the output '" + column.output()
                                + "', which 'output_node' does not name");
            }
        }
        for (String node : outputNodes.isEmpty() ? List.of("") : outputNodes) {
            Set<String> seen = new HashSet<>();
            OutputColumn.of(columns, node).stream()
                    .filter(column -> !seen.add(column.name()))
                    .findFirst()
                    .ifPresent(column -> fields.problem("columns", "'columns' names '" + column.name() + "' twice"));
        }
    }

    /** A program that stages nothing is there for what it does elsewhere. */
    @Override
    public TableUse tables() {
        return new TableUse(Set.of(), Set.of(), !noOutput, Set.of());
    }

    @Override
    public boolean producesFiles() {
        return !noOutput;
    }

    @Override
    public boolean consumesFiles() {
        return fileInputs().most() > 0;
    }

    @Override
    public int columnsInGraph() {
        return className != null ? inputColumns.size() : 0;
    }

    @Override
    public FileInputs fileInputs() {
        if (sql != null) {
            return FileInputs.SOME;
        }
        return className != null ? FileInputs.ONE : noInput ? FileInputs.NONE : FileInputs.ANY;
    }

    @Override
    public List<String> details() {
        List<String> details = new ArrayList<>();
        if (sql != null) {
            details.add("runs a query (" + sql.script().origin() + ") in DuckDB");
        } else if (className != null) {
            details.add("applies the class " + className);
        } else {
            details.add(program.shown());
            details.add(program.files());
        }
        if (noOutput) {
            details.add("stages nothing");
        }
        if (!outputNodes.isEmpty()) {
            details.add("stages " + String.join(", ", outputNodes));
        }
        if (!columns.isEmpty()) {
            details.add("writes the columns "
                    + columns.stream().map(OutputColumn::toString).collect(Collectors.joining(", ")));
        }
        return details;
    }

    @Override
    public Flow expand(Upstream upstream) {
        CommittedAttempt.Place place = Extracting.place(upstream);
        List<TransformInput> inputs = inputs(upstream);
        PCollection<StagedFiles> files = inputs.isEmpty() ? null : upstream.files();
        if (className != null) {
            RowsTransform rows = new RowsTransform(
                    className,
                    OutputColumn.of(inputColumns, null),
                    OutputColumn.of(columns, null),
                    place,
                    Objects.requireNonNull(files, "a class takes files"));
            PCollectionTuple done = upstream.ready().apply("rows", rows);
            return new Flow(done.get(RowsTransform.DONE), done.get(RowsTransform.FILES), new ClassGuard(rows, done));
        }
        List<TransformOutput> outputs = outputs(upstream);
        TransformFiles.Work work = new TransformFiles.Work(
                transformation(upstream, outputs),
                inputs,
                outputs.stream().map(TransformOutput::node).toList(),
                place,
                upstream.combination());
        PCollectionTuple done = upstream.ready().apply("transform", new TransformFiles(work, files));
        return new Flow(done.get(TransformFiles.DONE), noOutput ? null : done.get(TransformFiles.FILES));
    }

    private Transformation transformation(Upstream upstream, List<TransformOutput> outputs) {
        return sql != null
                ? new QueryTransformation(sql.script(), upstream.step(), OutputColumn.of(columns, null))
                : new ScriptTransformation(
                        Objects.requireNonNull(program.program(), "the reader demands one"),
                        program.arguments(),
                        program.environment(),
                        program.input(),
                        program.output(),
                        outputs,
                        upstream.s3());
    }

    private List<TransformOutput> outputs(Upstream upstream) {
        if (noOutput) {
            return List.of();
        }
        return outputNodes.isEmpty()
                ? List.of(new TransformOutput(upstream.step(), null, columns(upstream)))
                : outputNodes.stream()
                        .map(node -> new TransformOutput(upstream.node(node), node, OutputColumn.of(columns, node)))
                        .toList();
    }

    /** As Dataduct's scripts have it, what they write is what is loaded, where the table's definition is at hand. */
    private List<ColumnChoice> columns(Upstream upstream) {
        List<TableDefinition> loaded = upstream.loadedInto();
        return columns.isEmpty() && loaded.size() == 1
                ? loaded.get(0).columns().stream()
                        .map(column -> new ColumnChoice(column.name(), null, column.type()))
                        .toList()
                : OutputColumn.of(columns, null);
    }

    /** Inputs with a folder share the staging folder of the first of them. */
    private static List<TransformInput> inputs(Upstream upstream) {
        List<TransformInput> inputs = new ArrayList<>();
        int last = 0;
        int shared = 0;
        for (Upstream.Input input : upstream.inputs()) {
            boolean own = input.folder() == null;
            int number = own || shared == 0 ? ++last : shared;
            shared = own ? shared : number;
            inputs.add(new TransformInput(input.node(), number, input.folder(), input.combination()));
        }
        return inputs;
    }
}
