package org.tofro.connect.rds;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.extract.CommittedAttempt;
import org.tofro.connect.staging.AttemptPath;
import org.tofro.connect.staging.CsvEncoder;
import org.tofro.connect.staging.NullMarker;
import org.tofro.connect.staging.Parts;
import org.tofro.connect.staging.StagingArea;
import org.tofro.connect.warehouse.Guards;
import org.tofro.connect.warehouse.TestWarehouse;
import org.tofro.data.Column;
import org.tofro.data.Figures;
import org.tofro.data.RedshiftType;
import org.tofro.data.RunContext;
import org.tofro.data.Schema;
import org.tofro.data.StagedFiles;
import org.tofro.data.TableName;
import org.tofro.data.WorkRules;
import org.tofro.settings.Settings;

/** Staged rows in a folder, and loads of them. */
public final class Loads {
    private final Path folder;
    private int attempts;

    public Loads(Path folder) {
        this.folder = folder;
    }

    /** @param columns each {@code name type}, or {@code name type / source type} */
    public StagedFiles stage(String columns, String[]... rows) throws IOException {
        return stage(columns, rows.length, i -> rows[i]);
    }

    /** Stages as many rows as it is told, in some five files. */
    public StagedFiles stage(String columns, int count, IntFunction<String[]> rows) throws IOException {
        Schema schema = new Schema(List.of(columns.split(", (?![0-9])")).stream()
                .map(column -> {
                    String[] parts = column.split(" ", 2);
                    String[] types = parts[1].split(" / ");
                    return new Column(parts[0], types[0], types[types.length - 1]);
                })
                .toList());
        String marker = NullMarker.generate();
        try (StagingArea area = StagingArea.open(folder.toUri().toString(), null)) {
            Parts parts = area.parts(new AttemptPath("p", "r", "extract", "a" + ++attempts), new LongAdder());
            CsvEncoder encoder = new CsvEncoder(parts, marker);
            for (int i = 0; i < count; i++) {
                String[] row = rows.apply(i);
                for (int c = 0; c < row.length; c++) {
                    byte[] value = row[c] == null ? null : row[c].getBytes(StandardCharsets.UTF_8);
                    RedshiftType type =
                            RedshiftType.parse(schema.columns().get(c).type()).orElseThrow();
                    if (value == null) {
                        encoder.nothing();
                    } else if (type.kind().quoted()) {
                        encoder.quoted(value);
                    } else {
                        encoder.bare(value);
                    }
                }
                encoder.endRow();
                if (i % Math.max(7, count / 5) == 6) {
                    encoder.finish();
                    encoder = new CsvEncoder(parts, marker);
                }
            }
            encoder.finish();
            return new StagedFiles(
                    "extract", "a", StagedFiles.FileFormat.CSV_ZSTD, marker, schema, count, parts.files(), null);
        }
    }

    public static RunContext run(String id, long token) {
        return run(id, token, -1, Map.of());
    }

    public static RunContext run(String id, long token, long limit, Map<String, String> accepted) {
        return new RunContext(
                "people",
                id,
                token,
                Instant.parse("2026-11-23T00:00:00Z"),
                Instant.parse("2026-11-24T00:00:00Z"),
                new RunContext.OptionalLimit(limit),
                false,
                accepted,
                WorkRules.NONE);
    }

    /** The same run of the hours from one to another one of its day. */
    static RunContext hours(RunContext run, int from, int to) {
        Instant day = run.intervalStart();
        return new RunContext(
                run.pipeline(),
                run.run(),
                run.token(),
                day.plus(Duration.ofHours(from)),
                day.plus(Duration.ofHours(to)),
                run.limit(),
                run.backfill(),
                run.accepted(),
                run.rules());
    }

    /** Several threads may load at once. */
    private static synchronized void hold(RunContext run) throws Exception {
        new TestWarehouse().hold(run);
    }

    static Destination append(Rds rds, String table) {
        return new Destination(
                rds.connection(), rds.database(), TableName.parse(table).orElseThrow(), null, null);
    }

    static Destination replace(Rds rds, String table) {
        Destination to = append(rds, table);
        return new Destination(to.connection(), to.database(), to.table(), null, new Guards(false, 20, true));
    }

    static Destination by(Rds rds, String table, String insert) {
        Destination to = append(rds, table);
        InsertQuery query = InsertQuery.parse(insert).orElseThrow();
        return new Destination(to.connection(), to.database(), to.table(), query, null);
    }

    Figures load(Destination to, RunContext run, StagedFiles files) throws Exception {
        return load(to, run, files, 5);
    }

    Figures load(Destination to, RunContext run, StagedFiles files, int lockWaitSeconds) throws Exception {
        return load(to, run, files, lockWaitSeconds, null);
    }

    Figures load(
            Destination to, RunContext run, StagedFiles files, int lockWaitSeconds, RunningSteps.@Nullable Work given)
            throws Exception {
        hold(run);
        LoadRds load = new LoadRds(
                to,
                new CommittedAttempt.Place(
                        new TestWarehouse().connection(),
                        Settings.Limits.DEFAULT,
                        folder.toUri().toString(),
                        null,
                        run,
                        "load"),
                lockWaitSeconds);
        if (given != null) {
            return load.perform(given, List.of(files));
        }
        try (RunningSteps.Work work = RunningSteps.apart().start("load")) {
            return load.perform(work, List.of(files));
        }
    }
}
