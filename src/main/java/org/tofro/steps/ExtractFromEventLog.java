package org.tofro.steps;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.eventlog.EventField;
import org.tofro.connect.eventlog.EventLog;
import org.tofro.connect.eventlog.EventLogExtraction;
import org.tofro.connect.files.Compression;
import org.tofro.connect.types.Mask;
import org.tofro.data.CursorRange;
import org.tofro.data.Durations;
import org.tofro.data.RedshiftType;
import org.tofro.data.RunContext;
import org.tofro.pipeline.DatedText;
import org.tofro.pipeline.Fields;
import org.tofro.pipeline.Flow;
import org.tofro.pipeline.Step;
import org.tofro.pipeline.StepType;
import org.tofro.pipeline.TableUse;
import org.tofro.pipeline.Upstream;
import org.tofro.settings.S3Connection;
import org.tofro.settings.Settings;

/**
 * Reads the files of an event log, lines of JSON, CSV or TSV, into staged files.
 *
 * @param connection S3, as the runner file names it; null for folders of this machine
 * @param path which files, by the run's date
 * @param window how long before the interval files are read again, because some come late; zero for not at all
 * @param log how they are read
 */
public record ExtractFromEventLog(@Nullable String connection, DatedText path, Duration window, EventLog log)
        implements Step {
    public static final StepType TYPE = new StepType(
            "extract-from-event-log",
            List.of(),
            "Reads the files of an event log, lines of JSON, CSV or TSV, into staged files.",
            ExtractFromEventLog::read);

    private static final Duration SETTLED = Duration.ofMinutes(1);

    private static ExtractFromEventLog read(Fields fields) {
        DatedFiles files = DatedFiles.read(fields, "");
        DatedText path = files.path();
        EventLog.Layout layout = layout(fields);
        EventLog.Contract contract = contract(fields, layout);
        EventLog.Distinct distinct = distinct(fields, contract);
        Duration window = fields.field(
                        "window",
                        "How long before the interval files are read again, because some of them may have come late, such as"
                                + " `3 days`. The rows are published by `upsert`, `replace-interval` or `append` with"
                                + " `on_existing: skip`.")
                .durationOr(Duration.ZERO, "not at all");
        if (!window.isZero() && !path.isDated()) {
            fields.problem("window", "'window' goes with a 'path' that has a date in it, such as {date:yyyy/MM/dd}");
        }
        EventLog.Tolerance tolerance = tolerance(fields, files.areInFolder());
        Integer readers = fields.field("splits", "How many readers share the work.")
                .optionalInteger(1, 64, "one for each processor, 2 to 4");
        return new ExtractFromEventLog(
                files.connection(),
                path,
                window,
                new EventLog(
                        path.texts(),
                        window.isZero() ? List.of() : path.textsBefore(window),
                        layout,
                        contract,
                        distinct,
                        tolerance,
                        readers == null ? EventLog.ANY_READERS : readers));
    }

    private static EventLog.Layout layout(Fields fields) {
        String format = fields.field("format", "How lines are written: a JSON object each, or values.")
                .choice("json", "csv", "tsv");
        String compression = fields.field(
                        "compression",
                        "How files are compressed; `by-name` goes by `.gz`, `.gzip`, `.zst` and `.zstd`.")
                .choice("by-name", "none", "gzip", "zstd");
        boolean header = fields.field("header", "Whether the first line of a CSV or TSV file names its columns.")
                .flagOr(true);
        String nullAs = fields.field(
                        "null_as", "What stands for NULL in CSV and TSV, where it is not in quotes, such as `\\N`.")
                .textOr("", "the empty value");
        return new EventLog.Layout(
                EventLog.Format.valueOf(format.toUpperCase(Locale.ROOT)),
                compression.equals("by-name") ? null : Compression.valueOf(compression.toUpperCase(Locale.ROOT)),
                header,
                nullAs);
    }

    private static EventLog.Contract contract(Fields fields, EventLog.Layout layout) {
        List<EventField> read = fields.field("fields", "The fields that become columns, in this order; at least one.")
                .each(entry -> EventLogField.read(entry, layout));
        if (read.isEmpty()) {
            fields.problem(
                    "fields",
                    "an event log needs 'fields', such as [{name: user_id, pointer: /user/id, type: bigint}]");
        }
        EventLog.Unknown unknown = EventLog.Unknown.valueOf(fields.field(
                        "unknown",
                        "What becomes of what no entry of `fields` names: it is ignored, kept as a JSON object in"
                                + " `rest_column`, or has its line rejected (for CSV and TSV, its file refused).")
                .choice("ignore", "rest", "fail")
                .toUpperCase(Locale.ROOT));
        String restColumn = fields.field("rest_column", "The column for what `unknown: rest` keeps.")
                .textOr("rest");
        if (fields.has("rest_column") && unknown != EventLog.Unknown.REST) {
            fields.problem("rest_column", "'rest_column' goes with 'unknown: rest'");
        }
        EventField rest = unknown != EventLog.Unknown.REST
                ? null
                : new EventField(restColumn, "", RedshiftType.varchar(RedshiftType.MAX_VARCHAR), false, null);
        EventLog.Contract contract = new EventLog.Contract(read, unknown, rest);
        Set<String> names = new HashSet<>();
        for (EventField field : contract.columns()) {
            if (!names.add(field.name()) && !field.name().equals("?")) {
                fields.problem("fields", "two columns are named '" + field.name() + "'");
            }
        }
        return contract;
    }

    private static EventLog.Distinct distinct(Fields fields, EventLog.Contract contract) {
        List<String> by = fields.field(
                        "unique_by",
                        "The columns that tell whether two lines are one event, of which one is taken; lines without a"
                                + " value in one of them are all taken.")
                .names();
        String order = fields.field(
                        "order_by",
                        "The column by whose first value it is chosen, with `desc` behind it by the largest; the first in"
                                + " the order of files and lines where it is missing.")
                .optionalText();
        for (String name : by) {
            checkColumn(fields, "unique_by", name, contract, EventLog.Distinct::tells);
            demandTellsApart(fields, name, contract);
        }
        if (order == null) {
            return new EventLog.Distinct(by, null, false);
        }
        if (by.isEmpty()) {
            fields.problem("order_by", "'order_by' goes with 'unique_by'");
        }
        String column = order.strip().replaceFirst("(?i)\\s+(asc|desc)$", "");
        checkColumn(fields, "order_by", column, contract, EventLog.Distinct::orders);
        return new EventLog.Distinct(by, column, order.strip().matches("(?is).*\\s+desc"));
    }

    private static void demandTellsApart(Fields fields, String name, EventLog.Contract contract) {
        for (EventField field : contract.fields()) {
            Mask mask = field.mask();
            if (field.name().equals(name) && mask != null && !mask.tellsApart()) {
                fields.problem(
                        "unique_by",
                        "'unique_by' names " + "'" + name + "'"
                                + ", of which different values look the same once they are " + mask
                                + "; hash and hmac keep them apart");
            }
        }
    }

    private static void checkColumn(
            Fields fields,
            String field,
            String name,
            EventLog.Contract contract,
            java.util.function.Predicate<RedshiftType> takes) {
        Optional<EventField> found = contract.fields().stream()
                .filter(column -> column.name().equals(name))
                .findFirst();
        if (found.isEmpty()) {
            fields.problem(
                    field,
                    "'" + field + "' names '" + name + "', which is none of 'fields'"
                            + org.tofro.problem.Spelling.hint(
                                    name,
                                    contract.fields().stream()
                                            .map(EventField::name)
                                            .toList()));
        } else if (!takes.test(found.get().type())) {
            fields.problem(
                    field,
                    "'" + field + "' takes "
                            + (field.equals("order_by")
                                    ? "whole numbers, dates and timestamps"
                                    : "no numbers with fractions")
                            + ", and '" + name + "' is "
                            + found.get().type().ddl());
        }
    }

    private static EventLog.Tolerance tolerance(Fields fields, boolean folder) {
        String most = fields.field(
                        "max_rejects",
                        "How many lines may be rejected, a number or a percentage such as `0.1%`. Rejected lines go to a file"
                                + " in the staging area.")
                .textOr("0");
        boolean percent = most.endsWith("%");
        String number = percent ? most.substring(0, most.length() - 1).strip() : most;
        boolean good = number.matches(percent ? "(100|[0-9]{1,2})(\\.[0-9]{1,6})?" : "[0-9]{1,12}");
        if (!good) {
            fields.problem(
                    "max_rejects",
                    "'max_rejects' takes a number of lines or a percentage such as 0.1%, not '" + most + "'");
        }
        Duration settle = fields.field(
                        "settle", "How long ago a file was written to at least, or it counts as still growing.")
                .durationOr(
                        folder ? SETTLED : Duration.ZERO,
                        "`1 minute` for a folder; for S3, where files appear whole, `0 s`");
        boolean allowEmpty = fields.field("allow_empty", "Whether an interval may have no files.")
                .flagOr(false);
        return new EventLog.Tolerance(good ? new BigDecimal(number) : BigDecimal.ZERO, percent, settle, allowEmpty);
    }

    @Override
    public TableUse tables() {
        return new TableUse(Set.of(), Set.of(), true, connection == null ? Set.of() : Set.of(connection));
    }

    @Override
    public boolean needsMaskKey() {
        return log.contract().fields().stream()
                .map(EventField::mask)
                .anyMatch(mask -> mask != null && mask.kind() == Mask.Kind.HMAC);
    }

    @Override
    public boolean producesFiles() {
        return true;
    }

    @Override
    public boolean dated() {
        return path.isDated();
    }

    @Override
    public Optional<String> repeats() {
        return window.isZero() ? Optional.of("path").filter(field -> path.repeats()) : Optional.of("window");
    }

    @Override
    public List<String> details() {
        List<String> details = new ArrayList<>();
        List<String> paths = log.paths();
        details.add("reads " + paths.get(0)
                + (paths.size() == 1 ? "" : " to " + paths.get(paths.size() - 1) + ", " + paths.size() + " patterns")
                + " as " + log.layout().format().name().toLowerCase(Locale.ROOT));
        if (!window.isZero()) {
            details.add("reads the files of the " + Durations.words(window) + " before again");
        }
        details.add("takes the columns "
                + log.contract().columns().stream()
                        .map(field -> field.name() + " " + field.type().ddl()
                                + (field.mask() == null ? "" : ", " + field.mask()))
                        .collect(Collectors.joining(", ")));
        if (log.contract().unknown() == EventLog.Unknown.FAIL) {
            details.add("rejects lines with other fields");
        }
        EventLog.Distinct distinct = log.distinct();
        if (!distinct.by().isEmpty()) {
            details.add("takes one line for each (" + String.join(", ", distinct.by()) + "): the first "
                    + (distinct.order() == null
                            ? "in the order of the files"
                            : "by " + distinct.order() + (distinct.descending() ? " desc" : "")));
        }
        details.add(
                log.tolerance().maxRejects().signum() == 0
                        ? "guard: no line is rejected"
                        : "guard: at most " + log.tolerance().words()
                                + (log.tolerance().percent() ? " of the" : "") + " lines are rejected");
        return details;
    }

    @Override
    public List<String> inspect(Settings settings) {
        S3Connection s3 = connection == null
                ? null
                : (S3Connection) settings.connections().get(connection);
        return new EventLogExtraction(log.withKey(settings.maskKey()), s3, null, RunContext.OptionalLimit.NONE).plan();
    }

    /** With a window, the rows are those of a longer stretch than the run's interval. */
    private @Nullable CursorRange range(RunContext run) {
        if (window.isZero()) {
            return null;
        }
        Instant from = run.intervalStart().minus(window);
        return new CursorRange(from.toString(), run.intervalEnd().toString(), false, !run.backfill());
    }

    @Override
    public Flow expand(Upstream upstream) {
        return Extracting.from(
                upstream,
                new EventLogExtraction(
                        log.withKey(upstream.settings().maskKey()),
                        connection == null ? null : upstream.connection(connection, S3Connection.class),
                        range(upstream.run()),
                        upstream.run().limit()));
    }
}
