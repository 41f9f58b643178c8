package org.tofro.steps;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.files.Compression;
import org.tofro.connect.files.DelimitedFormat;
import org.tofro.connect.files.FileExtraction;
import org.tofro.connect.files.Layout;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.data.RunContext.OptionalLimit;
import org.tofro.pipeline.Fields;
import org.tofro.pipeline.Flow;
import org.tofro.pipeline.Upstream;
import org.tofro.settings.S3Connection;
import org.tofro.settings.Secret;

/**
 * What a step says of plain files that it reads.
 *
 * @param format how rows are written
 * @param columns what the files hold; empty for the columns of the table that they are loaded into
 */
record PlainFiles(DelimitedFormat format, List<SelectedColumn> columns) {
    PlainFiles {
        columns = List.copyOf(columns);
    }

    static PlainFiles read(Fields fields) {
        Layout layout = Layout.of(fields.field(
                        "format",
                        "How rows are written: with tabs and backslashes, as COPY of PostgreSQL writes them, or as RFC 4180"
                                + " has it.")
                .choice("tsv", "postgres-text", "csv"));
        Compression compression = Compression.valueOf(
                fields.field("compression", "How files are compressed; `auto` looks at their first bytes.")
                        .choice("auto", "none", "gzip", "zstd")
                        .toUpperCase(Locale.ROOT));
        boolean header = fields.field(
                        "header", "Whether the first row of each file names its columns, which are then found by name.")
                .flagOr(false);
        String nullAs = fields.field("null_as", "The bare text that stands for NULL.")
                .textOr(layout.nullText(), "`NULL` in `tsv`, `\\N` in `postgres-text`, nothing in `csv`");
        checkNull(fields, layout, nullAs);
        List<SelectedColumn> columns = fields.field(
                        "columns",
                        "What the files hold, in their order, or some of what their header names; the columns of the table"
                                + " that they are loaded into where it is missing.")
                .each(SelectedColumn::read);
        Set<String> names = new HashSet<>();
        for (SelectedColumn column : columns) {
            if (!names.add(column.name()) && !column.name().equals("?")) {
                fields.problem("columns", "'columns' names '" + column.name() + "' twice");
            }
        }
        fields.ancestors("output_path", "staged files have a place of their own; take it out");
        return new PlainFiles(new DelimitedFormat(layout, header, nullAs, compression), columns);
    }

    private static void checkNull(Fields fields, Layout layout, String nullAs) {
        if (layout == Layout.POSTGRES_TEXT && !nullAs.equals(layout.nullText())) {
            fields.problem("null_as", "NULL is always \\N in postgres-text; leave out 'null_as', or read it as tsv");
        } else if (!nullAs.equals("\\N") && nullAs.matches("(?s).*[\\t\\n\\r\\\\\",].*")) {
            fields.problem("null_as", "'null_as' takes a word such as NULL or \\N, without separators and quotes");
        }
    }

    /** Whether the files' columns are those of a table. */
    boolean columnsFromLoad() {
        return columns.isEmpty();
    }

    boolean needsMaskKey() {
        return SelectedColumn.needKey(columns);
    }

    /** The details that a plan has of them. */
    List<String> details() {
        String how = format.layout().word()
                + (format.header() ? " with a header" : "")
                + (format.compression() == Compression.AUTO
                        ? ""
                        : ", " + format.compression().name().toLowerCase(Locale.ROOT));
        return List.of(
                "reads them as " + how,
                columns.isEmpty()
                        ? "takes the columns of the table that they are loaded into"
                        : "takes the columns "
                                + columns.stream().map(SelectedColumn::toString).collect(Collectors.joining(", ")));
    }

    /** The files as an extract reads them. */
    FileExtraction extraction(
            String address,
            boolean folder,
            String shown,
            @Nullable S3Connection s3,
            List<ColumnChoice> choices,
            OptionalLimit limit) {
        return new FileExtraction(address, folder, shown, s3, format, choices, limit);
    }

    /** As the step reads them in a run. */
    Flow expand(Upstream upstream, String address, boolean folder, String shown, @Nullable S3Connection s3) {
        return Extracting.from(
                upstream,
                extraction(
                        address,
                        folder,
                        shown,
                        s3,
                        choices(upstream),
                        upstream.run().limit()));
    }

    private List<ColumnChoice> choices(Upstream upstream) {
        return columns.isEmpty()
                ? upstream.loadedInto().get(0).columns().stream()
                        .map(column -> new ColumnChoice(column.name(), null, column.type()))
                        .toList()
                : choices(upstream.settings().maskKey());
    }

    /** Those that the step names. */
    List<ColumnChoice> choices(@Nullable Secret maskKey) {
        return SelectedColumn.choices(columns, maskKey);
    }
}
