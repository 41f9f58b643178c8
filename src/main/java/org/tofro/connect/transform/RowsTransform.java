package org.tofro.connect.transform;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.runners.TransformHierarchy;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.util.construction.PipelineTranslation;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.extract.CommittedAttempt;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.staging.NullMarker;
import org.tofro.connect.transform.RowsFunctions.CommitFn;
import org.tofro.connect.transform.RowsFunctions.ComplainFn;
import org.tofro.connect.transform.RowsFunctions.Mark;
import org.tofro.connect.transform.RowsFunctions.PartToRead;
import org.tofro.connect.transform.RowsFunctions.ReadFn;
import org.tofro.connect.transform.RowsFunctions.ShardFn;
import org.tofro.connect.transform.RowsFunctions.StartFn;
import org.tofro.connect.transform.RowsFunctions.WriteFn;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.data.Outcome;
import org.tofro.data.StagedFiles;

/**
 * Reads rows out of staged files, has a user's class make others of them, and stages those.
 *
 * <p>Input: the step's name, once, when it may start, and the files at the side. Output: its outcome, and one element of
 * staged files where it succeeded. Parallelism: the staged files are read side by side, the class is what it is, and four
 * writers stage. A retry of a writer stages files of its own and the others are for nobody; the last element alone commits,
 * and finds the record of an attempt that has ended. Rows travel through the engine, which on the direct runner keeps them
 * in memory. An exception of the class fails the step, see {@link #guard} and {@link #failure}; a class that cannot stand in a
 * graph does so too, without its part of the graph. An empty input does nothing.
 */
public final class RowsTransform extends PTransform<PCollection<String>, PCollectionTuple> {
    public static final TupleTag<Outcome> DONE = CommitFn.DONE;
    public static final TupleTag<StagedFiles> FILES = CommitFn.FILES;
    private static final int WRITERS = 4;

    private final String className;
    private final List<ColumnChoice> inputColumns;
    private final List<ColumnChoice> columns;
    private final CommittedAttempt.Place place;
    private final transient PCollection<StagedFiles> files;
    private final ClassTrouble trouble;
    private final transient Set<String> unguarded = new HashSet<>();

    /**
     * @param inputColumns what the class takes
     * @param columns what it makes; none for what follows from its schema
     * @param files of the one input
     */
    public RowsTransform(
            String className,
            List<ColumnChoice> inputColumns,
            List<ColumnChoice> columns,
            CommittedAttempt.Place place,
            PCollection<StagedFiles> files) {
        this.className = className;
        this.inputColumns = List.copyOf(inputColumns);
        this.columns = List.copyOf(columns);
        this.place = place;
        this.files = files;
        this.trouble = ClassTrouble.of(className, place);
    }

    /**
     * Has exceptions of the class end the step and not the graph; to be called when the whole graph is there, because it
     * changes what it finds below this transform.
     */
    public void guard(Pipeline pipeline) {
        List<String> found = new ArrayList<>();
        pipeline.traverseTopologically(new Pipeline.PipelineVisitor.Defaults() {
            @Override
            public CompositeBehavior enterCompositeTransform(TransformHierarchy.Node node) {
                if (node.getTransform() == RowsTransform.this) {
                    found.add(node.getFullName());
                }
                return CompositeBehavior.ENTER_TRANSFORM;
            }
        });
        for (String name : found) {
            GuardedClass.guard(pipeline, name + "/" + className, trouble);
            unguarded.addAll(GuardedClass.others(pipeline, name + "/" + className));
        }
    }

    /** Why the step has failed, where what ended the graph nevertheless was thrown by the class; else empty. */
    public Optional<String> failure(Throwable thrown) {
        return trouble.failure(thrown, unguarded);
    }

    /** What is wrong with the class in a graph; it is tried in one that is thrown away, because half a class cannot be taken out. */
    private @Nullable String complaint(PipelineOptions options) {
        try {
            Pipeline apart = Pipeline.create(options);
            made(apart.apply(Create.empty(RowsSchema.of(inputColumns))));
            PipelineTranslation.toProto(apart);
            return null;
        } catch (ExtractException e) {
            return e.getMessage();
        } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
            return trouble.unfit(e);
        }
    }

    private PCollection<Row> made(PCollection<Row> rows) {
        PCollection<Row> made =
                rows.apply(className, RowsClass.make(className)).apply("OneWindow", Window.into(new GlobalWindows()));
        if (!made.hasSchema()) {
            throw ExtractException.permanent(
                    "the class '" + className + "' makes rows without a schema; end it with" + " setRowSchema(...)");
        }
        outputColumns(made.getSchema());
        return made;
    }

    @Override
    public PCollectionTuple expand(PCollection<String> ready) {
        String complaint = complaint(ready.getPipeline().getOptions());
        PCollectionTuple out = complaint == null
                ? perform(ready)
                : ready.apply(
                        "Complain",
                        ParDo.of(new ComplainFn(place, complaint)).withOutputTags(DONE, TupleTagList.of(FILES)));
        out.get(DONE).setCoder(SerializableCoder.of(Outcome.class));
        out.get(FILES).setCoder(SerializableCoder.of(StagedFiles.class));
        return out;
    }

    private PCollectionTuple perform(PCollection<String> ready) {
        SerializableCoder<Mark> marks = SerializableCoder.of(Mark.class);
        PCollectionView<List<StagedFiles>> view = files.apply("Files", View.asList());
        PCollectionTuple started = ready.apply(
                "Start",
                ParDo.of(new StartFn(place, inputColumns, view))
                        .withSideInputs(view)
                        .withOutputTags(StartFn.MARKS, TupleTagList.of(StartFn.PARTS)));
        PCollection<Mark> start = started.get(StartFn.MARKS).setCoder(marks);
        PCollection<Row> rows = started.get(StartFn.PARTS)
                .setCoder(SerializableCoder.of(PartToRead.class))
                .apply("Spread", Reshuffle.viaRandomKey())
                .apply("Read", ParDo.of(new ReadFn(place, inputColumns)))
                .setRowSchema(RowsSchema.of(inputColumns));
        PCollection<Row> made = made(rows);
        List<ColumnChoice> makes = outputColumns(made.getSchema());
        // All parts have one, as one step's files do.
        String nullMarker = NullMarker.generate();
        PCollection<Mark> written = made.apply("Shard", ParDo.of(new ShardFn(WRITERS)))
                .setCoder(KvCoder.of(VarIntCoder.of(), made.getCoder()))
                .apply("Gather", GroupByKey.create())
                .apply("Write", ParDo.of(new WriteFn(place, nullMarker, makes)))
                .setCoder(marks);
        return PCollectionList.of(start)
                .and(written)
                .apply("All", Flatten.pCollections())
                .apply("Together", WithKeys.of(0))
                .setCoder(KvCoder.of(VarIntCoder.of(), marks))
                .apply("End", GroupByKey.create())
                .apply(
                        "Commit",
                        ParDo.of(new CommitFn(place, nullMarker, makes, trouble))
                                .withOutputTags(DONE, TupleTagList.of(FILES)));
    }

    private List<ColumnChoice> outputColumns(Schema schema) {
        if (columns.isEmpty()) {
            return RowsSchema.columns(className, schema);
        }
        List<String> declared = columns.stream().map(ColumnChoice::name).toList();
        if (!declared.equals(schema.getFieldNames())) {
            throw ExtractException.permanent("the class '" + className + "' makes the columns "
                    + String.join(", ", schema.getFieldNames()) + ", and `columns` names " + String.join(", ", declared)
                    + "; they must be the same, in the same order");
        }
        return columns;
    }
}
