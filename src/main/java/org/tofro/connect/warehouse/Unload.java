package org.tofro.connect.warehouse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Serializable;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.StepRefusal;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.Column;
import org.tofro.data.RedshiftType;
import org.tofro.data.RunContext;
import org.tofro.data.Schema;
import org.tofro.data.StagedFile;
import org.tofro.settings.RedshiftConnection;

/**
 * Has the warehouse write the rows of a query to S3 by itself, in the form of staged files: all slices at once, as the
 * rows were at one moment. Their bytes pass through no one else. See "UNLOAD" in the Amazon Redshift Database Developer
 * Guide.
 *
 * @param connection the warehouse
 * @param run the run
 * @param step the step's name
 * @param query what to write, one query
 * @param origin where the query stands, for messages
 */
public record Unload(RedshiftConnection connection, RunContext run, String step, String query, String origin)
        implements Serializable {
    /** Files that COPY, and whoever reads rows, can share: "between 1 MB and 1 GB" when they are compressed. */
    private static final int FILE_MEGABYTES = 128;

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * What was written.
     *
     * @param schema the query's columns
     * @param rows what the warehouse says it has written
     * @param files the files with the rows that its manifest says each has; none where there are no rows
     */
    public record Unloaded(Schema schema, long rows, List<StagedFile> files) {
        public Unloaded {
            files = List.copyOf(files);
        }
    }

    /**
     * Writes the files below a prefix of the area at which there is nothing.
     *
     * @param nullMarker what stands for NULL
     * @throws StepRefusal where the query cannot be carried
     */
    public Unloaded to(StagingArea area, String prefix, String nullMarker, RunningSteps.Work work)
            throws WarehouseException, StepRefusal {
        String target = area.uri(prefix);
        if (!target.startsWith("s3://")) {
            throw new StepRefusal("UNLOAD writes to S3 only, and the staging area is "
                    + area.uri("x").replaceFirst("x$", "")
                    + "; give the runner file a `staging_area: s3://bucket/prefix/`");
        }
        try (WarehouseSession session = WarehouseSession.open(connection, CommitRecords.label(run, step))
                .closedBy(work)) {
            Schema schema = describe(session);
            work.phase("unloading");
            session.execute(statement(target, nullMarker));
            long rows = session.number("SELECT pg_last_unload_count()");
            return new Unloaded(schema, rows, files(area, prefix));
        } catch (SQLException e) {
            throw WarehouseException.of(origin + ": UNLOAD failed", e);
        }
    }

    /** UNLOAD refuses LIMIT at the outside; a query of a trial run has one inside. */
    private String wrapped() {
        String limit = run.limit().isPresent() ? "\nLIMIT " + run.limit().rows() : "";
        String inner = "SELECT * FROM (\n" + query + "\n) AS given" + limit;
        return "SELECT * FROM (\n" + inner + "\n) AS unloaded";
    }

    private String statement(String target, String nullMarker) {
        return statement(connection, wrapped(), target, nullMarker, "");
    }

    /** @param partition {@code PARTITION BY ...}, or nothing */
    static String statement(
            RedshiftConnection connection, String query, String target, String nullMarker, String partition) {
        String role = connection.iamRole();
        String region = connection.region();
        return "UNLOAD (" + Literals.quote(query) + ")\nTO " + Literals.quote(target)
                + "\nIAM_ROLE " + (role == null ? "default" : Literals.quote(role))
                + "\nFORMAT AS CSV " + partition + "NULL AS " + Literals.quote(nullMarker)
                + "\nZSTD MANIFEST VERBOSE PARALLEL ON MAXFILESIZE " + FILE_MEGABYTES + " MB"
                + (region == null ? "" : "\nREGION " + Literals.quote(region));
    }

    private Schema describe(WarehouseSession session) throws SQLException, StepRefusal {
        Schema schema = describe(session, query, origin);
        List<String> wrong = schema.columns().stream()
                .filter(column -> column.type()
                        .equals(RedshiftType.of(RedshiftType.Kind.SUPER).ddl()))
                .map(column -> uncarried(column.name(), column.type()))
                .toList();
        if (!wrong.isEmpty()) {
            throw new StepRefusal(origin + ": " + String.join("; ", wrong));
        }
        return schema;
    }

    /** The columns of a query, by a query of no rows; those that cannot be written to files are refused. */
    static Schema describe(WarehouseSession session, String query, String origin) throws SQLException, StepRefusal {
        List<Column> columns = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        try (Statement statement = session.jdbc().createStatement();
                ResultSet nothing = statement.executeQuery("SELECT * FROM (\n" + query + "\n) AS given LIMIT 0")) {
            ResultSetMetaData metadata = nothing.getMetaData();
            for (int i = 1; i <= metadata.getColumnCount(); i++) {
                String name = metadata.getColumnLabel(i);
                String own = metadata.getColumnTypeName(i);
                RedshiftType type = type(own, metadata.getPrecision(i), metadata.getScale(i));
                if (columns.stream().anyMatch(column -> column.name().equals(name))) {
                    wrong.add("column '" + name + "' comes twice; name one of them with AS");
                } else if (type == null) {
                    wrong.add(uncarried(name, own));
                } else {
                    columns.add(new Column(name, type.ddl(), type.ddl()));
                }
            }
        }
        if (!wrong.isEmpty()) {
            throw new StepRefusal(origin + ": " + String.join("; ", wrong));
        }
        return new Schema(columns);
    }

    private static String uncarried(String column, String type) {
        return "column '" + column + "' is " + type + ", which no staged file holds as it is; cast it in `sql`";
    }

    private static @Nullable RedshiftType type(String name, int precision, int scale) {
        return switch (name) {
            case "varchar", "text" -> RedshiftType.varchar(precision > 0 ? precision : RedshiftType.MAX_VARCHAR);
            case "bpchar", "char" ->
                RedshiftType.parse("char(%d)".formatted(precision)).orElse(null);
            case "numeric" ->
                RedshiftType.parse("decimal(%d,%d)".formatted(precision, scale)).orElse(null);
            default -> RedshiftType.parse(name).orElse(null);
        };
    }

    /** "UNLOAD of zero rows writes no manifest", and slices without rows may leave files without any. */
    static List<StagedFile> files(StagingArea area, String prefix) throws WarehouseException {
        Optional<byte[]> manifest = area.read(prefix + "manifest");
        List<StagedFile> files = new ArrayList<>();
        try {
            JsonNode entries = manifest.isEmpty()
                    ? JSON.createArrayNode()
                    : JSON.readTree(manifest.get()).required("entries");
            for (JsonNode entry : entries) {
                JsonNode meta = entry.required("meta");
                long rows = meta.required("record_count").asLong();
                if (rows > 0) {
                    files.add(new StagedFile(
                            entry.required("url").asText(),
                            rows,
                            meta.required("content_length").asLong(),
                            "",
                            0));
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new WarehouseException(area.uri(prefix + "manifest") + " is no manifest of an UNLOAD", false, e);
        }
        return files;
    }
}
