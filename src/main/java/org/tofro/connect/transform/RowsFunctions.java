package org.tofro.connect.transform;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.StepTransform;
import org.tofro.connect.extract.CommittedAttempt;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.files.StageRows;
import org.tofro.connect.staging.AttemptPath;
import org.tofro.connect.staging.CsvDecoder;
import org.tofro.connect.staging.CsvEncoder;
import org.tofro.connect.staging.Parts;
import org.tofro.connect.staging.StagedFilesList;
import org.tofro.connect.staging.StagingArea;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.connect.types.TypedColumn;
import org.tofro.connect.warehouse.CommitRecords;
import org.tofro.data.Column;
import org.tofro.data.CursorRange;
import org.tofro.data.Figures;
import org.tofro.data.Outcome;
import org.tofro.data.RedshiftType;
import org.tofro.data.StagedFile;
import org.tofro.data.StagedFiles;

/** What {@link RowsTransform} is made of. */
final class RowsFunctions {
    private RowsFunctions() {}

    /** A staged file whose rows are to be read. */
    record PartToRead(StagedFile file, String nullMarker) implements Serializable {}

    /**
     * What has to be known in the end.
     *
     * @param startedAt when the step began; 0 in the mark of a writer
     * @param trouble why it has failed; null where it has not
     * @param staged what an attempt or a writer has staged; null where there is nothing
     * @param recorded whether that stands in a commit record already
     * @param rowsIn the rows of the input
     * @param range how far the source was read of which the input was made
     */
    record Mark(
            long startedAt,
            @Nullable String trouble,
            @Nullable StagedFiles staged,
            boolean recorded,
            long rowsIn,
            @Nullable CursorRange range)
            implements Serializable {
        static Mark trouble(String sentence) {
            return new Mark(System.currentTimeMillis(), sentence, null, false, 0, null);
        }
    }

    /** Looks for the record of an attempt before this one; else gives out the files. */
    static final class StartFn extends DoFn<String, Mark> {
        static final TupleTag<Mark> MARKS = new TupleTag<>() {};
        static final TupleTag<PartToRead> PARTS = new TupleTag<>() {};

        private final CommittedAttempt.Place place;
        private final ArrayList<ColumnChoice> columns;
        private final PCollectionView<List<StagedFiles>> files;

        StartFn(CommittedAttempt.Place place, List<ColumnChoice> columns, PCollectionView<List<StagedFiles>> files) {
            this.place = place;
            this.columns = new ArrayList<>(columns);
            this.files = files;
        }

        @ProcessElement
        public void process(ProcessContext context) throws InterruptedException {
            List<StagedFiles> given = context.sideInput(files);
            List<Mark> marks = new ArrayList<>();
            Outcome outcome = StepTransform.perform(place.run(), place.step(), running -> {
                marks.add(start(given.get(0), running));
                return Figures.NONE;
            });
            Mark mark = marks.isEmpty() ? Mark.trouble(String.valueOf(outcome.message())) : marks.get(0);
            if (mark.trouble() == null && !mark.recorded()) {
                StagedFiles input = given.get(0);
                input.files().forEach(file -> context.output(PARTS, new PartToRead(file, input.nullMarker())));
            }
            context.output(mark);
        }

        private Mark start(StagedFiles input, RunningSteps.Work running) throws Exception {
            CommitRecords records = new CommitRecords(
                    place.records(), place.run(), place.step(), place.limits().leaseSeconds());
            Optional<String> earlier = records.find(place.step(), running);
            if (earlier.isPresent()) {
                try (StagingArea area = StagingArea.open(place.stagingArea(), place.s3())) {
                    StagedFiles found =
                            StagedFilesList.read(area, earlier.get()).get(0);
                    return new Mark(running.startedAt(), null, found, true, 0, null);
                }
            }
            demandColumns(input);
            return new Mark(running.startedAt(), null, null, false, input.rows(), input.range());
        }

        private void demandColumns(StagedFiles input) {
            List<Column> staged = input.schema().columns();
            boolean same = staged.size() == columns.size();
            for (int i = 0; same && i < staged.size(); i++) {
                RedshiftType type = RedshiftType.parse(staged.get(i).type()).orElseThrow();
                same = staged.get(i).name().equals(columns.get(i).name())
                        && RowsSchema.alike(type, RowsSchema.type(columns.get(i)));
            }
            if (!same) {
                throw ExtractException.permanent("`input_columns` names "
                        + String.join(
                                ", ",
                                columns.stream()
                                        .map(column -> column.name() + " " + column.type())
                                        .toList())
                        + ", and '" + input.step() + "' has staged "
                        + String.join(
                                ", ",
                                staged.stream()
                                        .map(column -> column.name() + " " + column.type())
                                        .toList())
                        + "; they must be the same, in the same order");
            }
        }
    }

    /** Reads a file's rows, all of them or none. */
    static final class ReadFn extends DoFn<PartToRead, Row> {
        private final CommittedAttempt.Place place;
        private final ArrayList<ColumnChoice> columns;

        ReadFn(CommittedAttempt.Place place, List<ColumnChoice> columns) {
            this.place = place;
            this.columns = new ArrayList<>(columns);
        }

        @ProcessElement
        public void process(@Element PartToRead part, OutputReceiver<Row> out) throws Exception {
            Schema schema = RowsSchema.of(columns);
            List<RedshiftType> types = columns.stream().map(RowsSchema::type).toList();
            long rows = 0;
            try (StagingArea area = StagingArea.open(place.stagingArea(), place.s3());
                    CsvDecoder decoder =
                            CsvDecoder.open(area.open(part.file()), part.file().uri(), part.nullMarker())) {
                for (List<byte @Nullable []> values = decoder.next(); values != null; values = decoder.next()) {
                    Row.Builder row = Row.withSchema(schema);
                    for (int i = 0; i < types.size(); i++) {
                        row.addValue(RowValues.read(types.get(i), values.get(i)));
                    }
                    out.output(row.build());
                    rows++;
                }
            }
            if (rows != part.file().rows()) {
                throw ExtractException.permanent(part.file().uri() + " holds " + rows + " rows, and "
                        + part.file().rows() + " were staged in it; run the pipeline again");
            }
        }
    }

    /** Has a step fail whose class cannot stand in a graph. */
    static final class ComplainFn extends DoFn<String, Outcome> {
        private final CommittedAttempt.Place place;
        private final String complaint;

        ComplainFn(CommittedAttempt.Place place, String complaint) {
            this.place = place;
            this.complaint = complaint;
        }

        @ProcessElement
        public void process(OutputReceiver<Outcome> out) throws InterruptedException {
            out.output(StepTransform.perform(place.run(), place.step(), running -> {
                throw ExtractException.permanent(complaint);
            }));
        }
    }

    /** Shares rows among the writers. */
    static final class ShardFn extends DoFn<Row, KV<Integer, Row>> {
        private final int writers;

        ShardFn(int writers) {
            this.writers = writers;
        }

        @ProcessElement
        public void process(@Element Row row, OutputReceiver<KV<Integer, Row>> out) {
            out.output(KV.of(ThreadLocalRandom.current().nextInt(writers), row));
        }
    }

    /** Stages rows. What a lost attempt has staged is named by nobody. */
    static final class WriteFn extends DoFn<KV<Integer, Iterable<Row>>, Mark> {
        private final CommittedAttempt.Place place;
        private final String nullMarker;
        private final ArrayList<ColumnChoice> choices;

        WriteFn(CommittedAttempt.Place place, String nullMarker, List<ColumnChoice> choices) {
            this.place = place;
            this.nullMarker = nullMarker;
            this.choices = new ArrayList<>(choices);
        }

        @ProcessElement
        public void process(@Element KV<Integer, Iterable<Row>> rows, OutputReceiver<Mark> out) {
            List<TypedColumn> columns = StageRows.columns("the rows of the class", choices);
            String attempt = UUID.randomUUID().toString().substring(0, 8);
            AttemptPath path =
                    new AttemptPath(place.run().pipeline(), place.run().run(), place.step(), attempt);
            try (StagingArea area = StagingArea.open(place.stagingArea(), place.s3())) {
                Parts parts = area.parts(path, new LongAdder());
                CsvEncoder encoder = new CsvEncoder(parts, nullMarker);
                WrittenRows staging = new WrittenRows(columns, encoder);
                try {
                    for (Row row : rows.getValue()) {
                        staging.add(row);
                    }
                    encoder.finish();
                } catch (RuntimeException e) {
                    encoder.abort();
                    parts.discard();
                    throw e;
                }
                String misfits = staging.misfits();
                if (misfits != null) {
                    parts.discard();
                    out.output(Mark.trouble("the rows of the class: " + misfits));
                    return;
                }
                StagedFiles staged = new StagedFiles(
                        place.step(),
                        attempt,
                        StagedFiles.FileFormat.CSV_ZSTD,
                        nullMarker,
                        new org.tofro.data.Schema(
                                columns.stream().map(TypedColumn::staged).toList()),
                        staging.rowsRead(),
                        parts.files(),
                        null);
                out.output(new Mark(0, null, staged, false, 0, null));
            }
        }
    }

    /** Commits what the writers have staged, once. */
    static final class CommitFn extends DoFn<KV<Integer, Iterable<Mark>>, Outcome> {
        static final TupleTag<Outcome> DONE = new TupleTag<>() {};
        static final TupleTag<StagedFiles> FILES = new TupleTag<>() {};

        private final CommittedAttempt.Place place;
        private final String nullMarker;
        private final ArrayList<ColumnChoice> choices;

        private final ClassTrouble trouble;

        CommitFn(CommittedAttempt.Place place, String nullMarker, List<ColumnChoice> choices, ClassTrouble trouble) {
            this.place = place;
            this.nullMarker = nullMarker;
            this.choices = new ArrayList<>(choices);
            this.trouble = trouble;
        }

        @ProcessElement
        public void process(@Element KV<Integer, Iterable<Mark>> marks, MultiOutputReceiver out)
                throws InterruptedException {
            List<StagedFiles> staged = new ArrayList<>();
            // What Flink hands over can be gone through once.
            List<Mark> all = new ArrayList<>();
            marks.getValue().forEach(all::add);
            Outcome outcome = StepTransform.perform(place.run(), place.step(), running -> {
                CommittedAttempt.Done done = commit(all, running);
                staged.addAll(done.outputs());
                return done.figures().since(startedAt(all, running.startedAt()));
            });
            staged.forEach(out.get(FILES)::output);
            out.get(DONE).output(outcome);
        }

        private static long startedAt(List<Mark> marks, long now) {
            long first = now;
            for (Mark mark : marks) {
                first = mark.startedAt() == 0 ? first : Math.min(first, mark.startedAt());
            }
            return first;
        }

        private CommittedAttempt.Done commit(List<Mark> marks, RunningSteps.Work running) throws Exception {
            return CommittedAttempt.perform(
                    place, (area, path, step, progress, cancellation) -> together(marks, area, path), running);
        }

        private CommittedAttempt.Staged together(List<Mark> marks, StagingArea area, AttemptPath path) {
            List<StagedFile> files = new ArrayList<>();
            Optional<String> thrown = trouble.noted(area);
            if (thrown.isPresent()) {
                throw ExtractException.permanent(thrown.get());
            }
            CursorRange range = null;
            long rowsRead = 0;
            long rowsIn = 0;
            for (Mark mark : marks) {
                if (mark.trouble() != null) {
                    throw ExtractException.permanent(mark.trouble());
                }
                range = mark.range() == null ? range : mark.range();
                rowsIn += mark.rowsIn();
                StagedFiles staged = mark.staged();
                if (staged != null) {
                    rowsRead += staged.rowsRead();
                    files.addAll(staged.files());
                }
            }
            List<TypedColumn> columns = StageRows.columns("the rows of the class", choices);
            StagedFiles all = new StagedFiles(
                    place.step(),
                    path.attempt(),
                    StagedFiles.FileFormat.CSV_ZSTD,
                    nullMarker,
                    new org.tofro.data.Schema(
                            columns.stream().map(TypedColumn::staged).toList()),
                    rowsRead,
                    files,
                    range);
            return new CommittedAttempt.Staged(List.of(all), rowsIn);
        }
    }
}
