package org.tofro.connect.warehouse;

import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.StepRefusal;
import org.tofro.data.SqlScript;

/** A table under check, in one transaction that only reads: every assertion sees the same rows. */
public final class CheckedTable {
    /** How many keys of one finding are kept. */
    private static final int MOST_KEYS = 1_000;

    /** How many characters of them, for columns of long texts. */
    private static final int MOST_CHARACTERS = 1 << 20;

    private final WarehouseSession session;
    private final TableShape shape;
    private final List<String> key;
    private final Instant intervalEnd;
    private final @Nullable CheckRecord earlier;
    private final List<String> notes = new ArrayList<>();
    private long counted = CheckRecord.NOT_COUNTED;

    /**
     * @param key the columns that tell a row from others; empty where none are known
     * @param earlier what the last run that passed has left
     */
    CheckedTable(
            WarehouseSession session,
            TableShape shape,
            List<String> key,
            Instant intervalEnd,
            @Nullable CheckRecord earlier) {
        this.session = session;
        this.shape = shape;
        this.key = key;
        this.intervalEnd = intervalEnd;
        this.earlier = earlier;
    }

    String sql() {
        return shape.name().sql();
    }

    /** Columns as GROUP BY lists them to keep apart what is not the same. */
    String apart(List<String> columns) {
        return shape.apart(columns);
    }

    Instant intervalEnd() {
        return intervalEnd;
    }

    Optional<CheckRecord> earlier() {
        return Optional.ofNullable(earlier);
    }

    void note(String note) {
        notes.add(note);
    }

    List<String> notes() {
        return List.copyOf(notes);
    }

    /** The type of a column; refuses one that the table does not have. */
    String demand(String assertion, String column) throws StepRefusal {
        TableShape.Field field = shape.field(column);
        if (field == null) {
            throw new StepRefusal("`" + assertion + "` names '" + column + "', which " + shape.name()
                    + " does not have; its columns are " + String.join(", ", shape.names()));
        }
        return field.type();
    }

    /** The table's rows, counted once. */
    long countRows() throws SQLException {
        if (counted < 0) {
            counted = session.number("SELECT count(*) FROM " + sql());
        }
        return counted;
    }

    /** The rows, where they were counted. */
    long counted() {
        return counted;
    }

    /** The numbers of a query's one row; 0 for NULL. */
    List<Long> counts(String sql, Object... values) throws SQLException {
        return session.first(
                        row -> {
                            List<Long> numbers = new ArrayList<>();
                            for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                                numbers.add(row.getLong(i));
                            }
                            return numbers;
                        },
                        sql,
                        values)
                .orElseThrow();
    }

    /** The keys of the rows for which a condition holds; null where no key is known. */
    Finding.@Nullable Keys keysWhere(String condition) throws SQLException {
        if (key.isEmpty()) {
            return null;
        }
        String columns = TableShape.list(key);
        return rows(key, "SELECT " + columns + " FROM " + sql() + " WHERE " + condition + " ORDER BY " + columns);
    }

    /** The first rows of a query, as text. */
    Finding.Keys rows(List<String> header, String sql, Object... values) throws SQLException {
        List<List<@Nullable String>> rows = session.query(
                row -> {
                    List<@Nullable String> texts = new ArrayList<>();
                    for (int i = 1; i <= header.size(); i++) {
                        texts.add(row.getString(i));
                    }
                    return texts;
                },
                sql + " LIMIT " + (MOST_KEYS + 1),
                values);
        List<List<@Nullable String>> kept = new ArrayList<>();
        long characters = 0;
        for (List<@Nullable String> row : rows) {
            for (String text : row) {
                characters += text == null ? 0 : text.length();
            }
            if (kept.size() == MOST_KEYS || (characters > MOST_CHARACTERS && !kept.isEmpty())) {
                break;
            }
            kept.add(row);
        }
        return new Finding.Keys(header, kept, kept.size() == rows.size());
    }

    /** The one number that a user's query gives; null where it gives NULL. */
    @Nullable
    BigDecimal ask(SqlScript query) throws SQLException, WarehouseException {
        List<@Nullable BigDecimal> numbers;
        try {
            // As a subquery it can neither change anything nor end the transaction.
            numbers = session.query(
                    row -> {
                        if (row.getMetaData().getColumnCount() != 1) {
                            throw new SQLException("it gives more than one column", "42601");
                        }
                        return row.getBigDecimal(1);
                    },
                    "SELECT * FROM (" + query.text() + "\n) AS asked LIMIT 2");
        } catch (SQLException e) {
            if (WarehouseException.isTransient(e)) {
                throw e;
            }
            throw WarehouseException.of("the query of the check (" + query.origin() + ")", e);
        }
        if (numbers.size() != 1) {
            throw new WarehouseException(
                    "the query of the check (" + query.origin() + ") gives "
                            + (numbers.isEmpty() ? "no row" : "more than one row")
                            + "; a check asks for one number",
                    false,
                    null);
        }
        return numbers.get(0);
    }
}
