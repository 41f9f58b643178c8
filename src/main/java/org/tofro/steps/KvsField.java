package org.tofro.steps;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.kvs.Collect;
import org.tofro.connect.kvs.FieldSource;
import org.tofro.connect.kvs.OnDuplicate;
import org.tofro.connect.kvs.OrderBy;
import org.tofro.data.TableName;
import org.tofro.pipeline.Fields;
import org.tofro.pipeline.SqlQuery;

/**
 * An entry of {@code fields}.
 *
 * @param source what the loader is told; a table's query is made when the step joins the graph
 * @param table the table that is read; null for other sources
 * @param sql the query; null for other sources
 */
record KvsField(
        FieldSource source,
        @Nullable TableName table,
        @Nullable SqlQuery sql) {
    private static final String SQL_ITERATOR = "sql_iterator";

    /** @param missing what happens to a key with too many rows where the entry does not say it */
    static KvsField read(Fields fields, OnDuplicate missing) {
        SqlQuery sql = fields.field(
                        "sql",
                        "A query with the key's columns and those that are served. A name is served as the query spells"
                                + " it: `AS entityId1`.")
                .optionalQuery();
        TableName table = fields.field("table", "A table, read whole.").optionalTable();
        String files = fields.field("files", "An earlier step, or an output of one, whose staged files are read.")
                .optionalInputNode();
        fields.exactlyOneOf(List.of("sql", "table", "files"));
        String generator = fields.field("generator", "`" + SQL_ITERATOR + "`, which is what `sql` means anyway.")
                .optionalText();
        if (generator != null && !generator.equals(SQL_ITERATOR)) {
            fields.problem("generator", "'" + generator + "' is no generator that Tofro has; it has " + SQL_ITERATOR);
        }
        boolean set = fields.field("is_set", "Short for `collect: set`.").flagOr(false);
        String word = fields.field(
                        "collect",
                        "How a key's rows are put together: `one` value; a `set`, or a `list` in order, of the values; a"
                                + " `map` from the first value column to the second; the `top_n` values of an order; a `json`"
                                + " array of the rows; the `count` of rows. A row without a value adds nothing to a set, list"
                                + " or map.")
                .choice("one", "set", "list", "map", "top_n", "json", "count");
        if (set && fields.has("collect") && !word.equals("set")) {
            fields.problem("is_set", "'is_set: true' means 'collect: set', and 'collect' says " + word);
        }
        Collect collect = set ? Collect.SET : Collect.valueOf(word.toUpperCase(Locale.ROOT));
        String name = fields.field(
                        "name",
                        "The field's name, where it is not that of its column; `map`, `json` and `count` make one field of"
                                + " all columns and need one.")
                .optionalText();
        if (collect.joins() && name == null) {
            fields.problem("collect", "'collect: " + word + "' makes one field of the columns; give it a 'name'");
        }
        List<String> values = fields.field(
                        "values",
                        "The columns that are served; without it all but the key's. Others may stand in `order_by`.")
                .names();
        List<OrderBy> order = new ArrayList<>();
        for (String by : fields.field(
                        "order_by",
                        "Columns that a key's rows are ordered by, each perhaps with `desc` behind it. Without it a list,"
                                + " map or JSON array has the order of its values.")
                .names()) {
            String[] words = by.strip().split("\\s+");
            boolean descending = words.length == 2 && words[1].equalsIgnoreCase("desc");
            if (words.length > 2 || (words.length == 2 && !descending && !words[1].equalsIgnoreCase("asc"))) {
                fields.problem("order_by", "'order_by' takes columns, each perhaps with asc or desc behind it");
            }
            order.add(new OrderBy(words[0], descending));
        }
        Integer most = fields.field(
                        "max_elements", "The most elements that are taken of a key, the first of the order.")
                .optionalInteger(1, 1_000_000, "all");
        if (most != null && (collect == Collect.ONE || collect == Collect.COUNT)) {
            fields.problem("max_elements", "'max_elements' goes with a set, list, map, top_n or json");
        }
        if (collect == Collect.TOP_N && (most == null || order.isEmpty())) {
            fields.problem("collect", "'collect: top_n' needs an 'order_by' and 'max_elements'");
        }
        return new KvsField(
                new FieldSource(
                        sql == null ? null : sql.script().text(),
                        files,
                        sql != null
                                ? sql.script().origin()
                                : table != null ? "table " + table : "the files of '" + files + "'",
                        sql == null ? Map.of() : sql.spelled(),
                        collect,
                        name,
                        values,
                        order,
                        most == null ? 0 : most,
                        onDuplicate(fields, collect, order, missing)),
                table,
                sql);
    }

    private static OnDuplicate onDuplicate(Fields fields, Collect collect, List<OrderBy> order, OnDuplicate missing) {
        String given = fields.field(
                        "on_duplicate",
                        "What happens where a key has more than one row for a field of `one` value, or for an entry of a"
                                + " map: the step is refused with their number, or the `first` or `last` by `order_by` is"
                                + " taken. `nostos-v2` takes the smallest value without it, and warns with their number.")
                .choice("fail", "first", "last");
        if (!fields.has("on_duplicate")) {
            return missing;
        }
        OnDuplicate said = OnDuplicate.valueOf(given.toUpperCase(Locale.ROOT));
        if (said != OnDuplicate.FAIL && order.isEmpty()) {
            fields.problem("on_duplicate", "'on_duplicate: " + given + "' needs an 'order_by'");
        }
        if (!Set.of(Collect.ONE, Collect.MAP).contains(collect)) {
            fields.problem("on_duplicate", "'on_duplicate' goes with 'collect: one' and 'collect: map'");
        }
        return said;
    }

    /** The source of a query in place of the table. */
    FieldSource asked(TableName own) {
        return new FieldSource(
                "SELECT * FROM " + own.sql(),
                null,
                source.origin(),
                source.spelled(),
                source.collect(),
                source.name(),
                source.values(),
                source.orderBy(),
                source.maxElements(),
                source.onDuplicate());
    }
}
