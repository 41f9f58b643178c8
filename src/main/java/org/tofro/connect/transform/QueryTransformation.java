package org.tofro.connect.transform;

import java.nio.file.Path;
import java.util.List;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.files.Compression;
import org.tofro.connect.files.DelimitedFormat;
import org.tofro.connect.files.Layout;
import org.tofro.connect.program.WorkFolder;
import org.tofro.connect.staging.NullMarker;
import org.tofro.connect.staging.Parts;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.data.SqlScript;
import org.tofro.data.StagedFiles;

/**
 * Runs a query over its inputs in an embedded DuckDB: each is a table {@code input1}, {@code input2}, ..., and goes by its
 * own name too. DuckDB reads staged files as they are, keeps what exceeds its memory on the local disk, and reaches nothing
 * else: no other files, no network.
 *
 * @param query one statement that only reads
 * @param node what the staged files are called
 * @param columns the types of the result's columns, in their order; none for those that follow from DuckDB's
 */
public record QueryTransformation(SqlScript query, String node, List<ColumnChoice> columns) implements Transformation {
    public QueryTransformation {
        columns = List.copyOf(columns);
    }

    @Override
    public Made make(Given given) throws Exception {
        Parts parts = given.area().parts(given.path(), given.progress().storedBytes());
        String marker = NullMarker.generate();
        try (WorkFolder work = WorkFolder.open("transforms")) {
            Path folder = work.make("output");
            List<ColumnChoice> found;
            long rows;
            try (QueryEngine engine = QueryEngine.open(work, query.origin(), given.cancellation())) {
                for (int i = 0; i < given.inputs().size(); i++) {
                    InputFiles input = given.inputs().get(i);
                    given.progress()
                            .phase("reading the files of " + input.input().node());
                    engine.load("input" + (i + 1), input.files(), given.area());
                }
                engine.name(given.inputs());
                given.progress().phase("running the query");
                List<QueryColumn> result = engine.describe(query.text());
                found = choices(result);
                rows = engine.copy(query.text(), result, folder.resolve("result.csv"), marker);
            }
            given.progress().phase("staging");
            DelimitedFormat format = new DelimitedFormat(Layout.CSV, false, marker, Compression.NONE);
            StagedFiles staged = new OutputStaging(given, parts, format)
                    .stage(new TransformOutput(node, null, found), folder, "the query (" + query.origin() + ")", false);
            if (staged.rowsRead() != rows) {
                throw ExtractException.permanent("the query (" + query.origin() + ") made " + rows + " rows, and "
                        + staged.rowsRead()
                        + " were read back; nothing was committed. Run `resume`; if it happens twice,"
                        + " report it");
            }
            return new Made(
                    List.of(staged),
                    given.inputs().stream()
                            .mapToLong(each -> each.files().rows())
                            .sum());
        } catch (Exception e) {
            parts.discard();
            throw e;
        }
    }

    private List<ColumnChoice> choices(List<QueryColumn> result) {
        List<String> names = result.stream().map(QueryColumn::name).toList();
        if (columns.isEmpty()) {
            return result.stream()
                    .map(column -> new ColumnChoice(
                            column.name(), null, column.type(query.origin()).ddl()))
                    .toList();
        }
        List<String> declared = columns.stream().map(ColumnChoice::name).toList();
        if (!declared.equals(names)) {
            throw ExtractException.permanent("the query (" + query.origin() + ") has the columns "
                    + String.join(", ", names) + ", and `columns` names " + String.join(", ", declared)
                    + "; they must be the same, in the same order");
        }
        return columns;
    }
}
