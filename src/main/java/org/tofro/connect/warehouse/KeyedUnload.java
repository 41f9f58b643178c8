package org.tofro.connect.warehouse;

import java.io.Serializable;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.StepRefusal;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.RedshiftType;
import org.tofro.data.RunContext;
import org.tofro.data.Schema;
import org.tofro.data.StagedFile;
import org.tofro.data.TableName;
import org.tofro.settings.RedshiftConnection;

/**
 * Has the warehouse write the rows of several queries to S3, each in buckets by a hash of its key, all as they were at one
 * moment, and counts them there: in one transaction each query fills a temporary table, which is counted and unloaded. So
 * every query is run once, and what was counted is what was written.
 *
 * <p>A bucket is named by the first hexadecimal digits of the MD5 of the key's text, its parts with {@code |} between them,
 * so that anybody can tell where a key belongs.
 *
 * @param connection the warehouse
 * @param run the run
 * @param step the step's name
 * @param queries what to write
 */
public record KeyedUnload(RedshiftConnection connection, RunContext run, String step, List<KeyedQuery> queries)
        implements Serializable {
    /** Hexadecimal digits that name a bucket at most. */
    public static final int MOST_DIGITS = 2;

    /** The one bucket of a few rows. */
    public static final String WHOLE = "all";

    /** So many rows are sorted in a moment and in little memory. */
    private static final long ROWS_PER_BUCKET = 50_000;

    private static final Pattern BUCKET = Pattern.compile("/bucket=([0-9a-z]+)/");

    public KeyedUnload {
        queries = List.copyOf(queries);
    }

    /**
     * A bucket of a query's rows, as the warehouse counts it.
     *
     * @param rows its rows
     * @param keys its keys
     * @param repeated keys that have more than one row
     */
    public record Count(long rows, long keys, long repeated) implements Serializable {}

    /**
     * What was written of a query.
     *
     * @param rows what UNLOAD says it has written
     * @param files the files; the bucket of each is in its name, see {@link #bucket}
     * @param counts by bucket
     */
    public record Written(long rows, List<StagedFile> files, Map<String, Count> counts) {
        public Written {
            files = List.copyOf(files);
            counts = Map.copyOf(counts);
        }
    }

    /**
     * What was written.
     *
     * @param digits how many digits name a bucket; 0 where there is one
     * @param queries of each query
     * @param keys for each bucket the keys that any query has
     */
    public record Unloaded(int digits, List<Written> queries, Map<String, Long> keys) {
        public Unloaded {
            queries = List.copyOf(queries);
            keys = Map.copyOf(keys);
        }
    }

    /** The digits that name buckets for so many rows. */
    public static int digits(long rows) {
        int digits = 0;
        for (long buckets = 1; digits < MOST_DIGITS && rows > buckets * ROWS_PER_BUCKET; buckets <<= 4) {
            digits++;
        }
        return digits;
    }

    /** The bucket that a file belongs to. */
    public static String bucket(StagedFile file) {
        Matcher name = BUCKET.matcher(file.uri());
        if (!name.find()) {
            throw new IllegalArgumentException(file.uri() + " is in no bucket");
        }
        return name.group(1);
    }

    /** The columns of queries, in their order. */
    public static List<Schema> describe(
            RedshiftConnection connection, RunContext run, String step, List<String> queries, List<String> origins)
            throws WarehouseException, StepRefusal {
        try (WarehouseSession session = WarehouseSession.open(connection, CommitRecords.label(run, step))) {
            List<Schema> schemas = new ArrayList<>();
            for (int i = 0; i < queries.size(); i++) {
                try {
                    schemas.add(Unload.describe(session, queries.get(i), origins.get(i)));
                } catch (SQLException e) {
                    throw WarehouseException.of(origins.get(i) + ": the query failed", e);
                }
            }
            return schemas;
        }
    }

    /**
     * Writes the files.
     *
     * @param folder a folder of the area with nothing in it, with a slash at its end
     * @param nullMarker what stands for NULL
     * @param rowsBeside rows of the same keys that come from elsewhere, for the number of buckets
     * @throws StepRefusal where rows have no key
     */
    public Unloaded to(StagingArea area, String folder, String nullMarker, long rowsBeside, RunningSteps.Work work)
            throws WarehouseException, StepRefusal, InterruptedException {
        if (!area.uri(folder).startsWith("s3://")) {
            throw new StepRefusal("UNLOAD writes to S3 only, and the staging area is "
                    + area.uri("x").replaceFirst("x$", "")
                    + "; give the runner file a `staging_area: s3://bucket/prefix/`");
        }
        int[] tries = {0};
        try {
            return new Transactions(connection, CommitRecords.label(run, step))
                    .run(
                            "cannot unload",
                            work,
                            session -> write(
                                    session, area, folder + "try-" + ++tries[0] + "/", nullMarker, rowsBeside, work));
        } catch (FencedException e) {
            throw new IllegalStateException("nothing is fenced here", e);
        }
    }

    private Unloaded write(
            WarehouseSession session,
            StagingArea area,
            String folder,
            String nullMarker,
            long rowsBeside,
            RunningSteps.Work work)
            throws SQLException, WarehouseException, StepRefusal {
        long rows = rowsBeside;
        for (int i = 0; i < queries.size(); i++) {
            work.phase("running query " + (i + 1) + " of " + queries.size());
            rows += fill(session, i);
        }
        int digits = digits(rows);
        List<Written> written = new ArrayList<>();
        for (int i = 0; i < queries.size(); i++) {
            work.phase("unloading query " + (i + 1) + " of " + queries.size());
            String prefix = folder + "source-" + i + "/";
            String target = area.uri(prefix);
            String others = columns("v", queries.get(i).others().size());
            session.execute(Unload.statement(
                    connection,
                    "SELECT " + bucket(digits) + " AS bucket, " + keys(i) + (others.isEmpty() ? "" : ", " + others)
                            + " FROM " + table(i),
                    target,
                    nullMarker,
                    "PARTITION BY (bucket) "));
            long count = session.number("SELECT pg_last_unload_count()");
            written.add(new Written(count, Unload.files(area, prefix), counts(session, i, digits)));
        }
        return new Unloaded(digits, written, keys(session, digits));
    }

    /** Fills the temporary table of a query and returns its rows. */
    private long fill(WarehouseSession session, int index) throws SQLException, WarehouseException, StepRefusal {
        KeyedQuery query = queries.get(index);
        List<String> select = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (KeyedQuery.KeyColumn key : query.keys()) {
            String name = TableName.quote(key.name());
            String value = switch (key.form()) {
                case INTEGER -> "CAST(" + name + " AS bigint)";
                case TEXT -> name;
                case UUID -> "lower(btrim(" + name + "))";
            };
            missing.add("k" + select.size() + " IS NULL");
            texts.add(key.form() == KeyedQuery.KeyForm.INTEGER ? "CAST(" + value + " AS varchar(20))" : value);
            select.add(value + " AS k" + select.size());
        }
        if (query.keys().size() == 1 && query.keys().get(0).form() == KeyedQuery.KeyForm.TEXT) {
            // Texts of blanks are equal to the empty one, and are keys.
            missing.add("octet_length(k0) = 0");
        }
        int other = 0;
        for (KeyedQuery.OtherColumn column : query.others()) {
            String name = TableName.quote(column.name());
            select.add((column.type().kind() == RedshiftType.Kind.SUPER ? "json_serialize(" + name + ")" : name)
                    + " AS v" + other++);
        }
        String limit = run.limit().isPresent() ? " LIMIT " + run.limit().rows() : "";
        try {
            session.execute("CREATE TEMP TABLE " + table(index) + " AS SELECT left(md5("
                    + String.join(" || '|' || ", texts)
                    + "), " + MOST_DIGITS + ") AS hash, " + String.join(", ", select) + " FROM (\n" + query.query()
                    + "\n) AS given" + limit);
        } catch (SQLException e) {
            throw WarehouseException.of(query.origin() + ": the query failed", e);
        }
        long keyless =
                session.number("SELECT count(*) FROM " + table(index) + " WHERE " + String.join(" OR ", missing));
        if (keyless > 0) {
            String names =
                    query.keys().stream().map(key -> "'" + key.name() + "'").collect(Collectors.joining(" or "));
            throw new StepRefusal("%s: %s without a value for %s, which is the key; leave them out with WHERE"
                    .formatted(query.origin(), keyless == 1 ? "1 row is" : keyless + " rows are", names));
        }
        return session.number("SELECT count(*) FROM " + table(index));
    }

    private Map<String, Count> counts(WarehouseSession session, int index, int digits) throws SQLException {
        Map<String, Count> counts = new TreeMap<>();
        session.query(
                row -> counts.put(row.getString(1), new Count(row.getLong(2), row.getLong(3), row.getLong(4))),
                "SELECT bucket, sum(n), count(*), sum(CASE WHEN n > 1 THEN 1 ELSE 0 END) FROM (SELECT "
                        + bucket(digits) + " AS bucket, " + keys(index) + ", count(*) AS n FROM " + table(index)
                        + " GROUP BY bucket, " + apart(index) + ") AS counted GROUP BY bucket");
        return counts;
    }

    private Map<String, Long> keys(WarehouseSession session, int digits) throws SQLException {
        Map<String, Long> counts = new TreeMap<>();
        List<String> all = new ArrayList<>();
        for (int i = 0; i < queries.size(); i++) {
            all.add("SELECT " + bucket(digits) + " AS bucket, " + keys(i) + " FROM " + table(i));
        }
        session.query(
                row -> counts.put(row.getString(1), row.getLong(2)),
                "SELECT bucket, count(*) FROM (SELECT bucket FROM (" + String.join(" UNION ALL ", all)
                        + ") AS every_row GROUP BY bucket, " + apart(0) + ") AS every_key GROUP BY bucket");
        return counts;
    }

    private static String table(int index) {
        return "tofro_keyed_" + index;
    }

    private static String bucket(int digits) {
        return digits == 0 ? "CAST('" + WHOLE + "' AS varchar(3))" : "left(hash, " + digits + ")";
    }

    private String keys(int index) {
        return columns("k", queries.get(index).keys().size());
    }

    /** The key's columns as GROUP BY lists them: equal texts may differ in blanks at their ends. */
    private String apart(int index) {
        List<String> parts = new ArrayList<>();
        for (KeyedQuery.KeyColumn key : queries.get(index).keys()) {
            String name = "k" + parts.size();
            parts.add(key.form() == KeyedQuery.KeyForm.TEXT ? TableShape.apart(name) : name);
        }
        return String.join(", ", parts);
    }

    private static String columns(String stem, int count) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(stem + i);
        }
        return String.join(", ", names);
    }
}
