package org.tofro.connect.kvs;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.tofro.connect.StepRefusal;
import org.tofro.connect.warehouse.KeyedQuery;
import org.tofro.connect.warehouse.KeyedQuery.KeyForm;
import org.tofro.data.Column;
import org.tofro.data.RedshiftType;
import org.tofro.data.RedshiftType.Kind;
import org.tofro.data.Schema;
import org.tofro.kvs.KvsColumn;

/**
 * The columns of a source's rows in the order in which they are staged in buckets: the key's, those of the order, the values.
 *
 * @param keys the key's columns, as the source calls them, with the forms of their values
 * @param order what rows of a key are ordered by
 * @param values what is collected
 * @param fields the fields that come of it
 */
record SourceLayout(List<KeyedQuery.KeyColumn> keys, List<Ordered> order, List<Value> values, List<KvsColumn> fields)
        implements Serializable {
    SourceLayout {
        keys = List.copyOf(keys);
        order = List.copyOf(order);
        values = List.copyOf(values);
        fields = List.copyOf(fields);
    }

    /**
     * A column of the order.
     *
     * @param type its type in the warehouse's DDL
     */
    record Ordered(String column, String type, boolean descending) implements Serializable {}

    /**
     * A value column.
     *
     * @param column as the source calls it
     * @param name as it is served
     * @param type its type in the warehouse's DDL
     */
    record Value(String column, String name, String type) implements Serializable {
        RedshiftType redshift() {
            return SourceLayout.redshift(type);
        }
    }

    static RedshiftType redshift(String ddl) {
        return RedshiftType.parse(ddl).orElseThrow();
    }

    /** The layout of a source of that schema; refuses what the store cannot hold or a name that is missing. */
    static SourceLayout of(FieldSource source, Schema schema, List<KvsLoad.IndexColumn> index) throws StepRefusal {
        return new Resolver(source, schema).layout(index);
    }

    /** The columns of the staged rows, and those that an unload selects beside the key's. */
    List<KeyedQuery.OtherColumn> others() {
        return Stream.concat(
                        order.stream()
                                .map(column -> new KeyedQuery.OtherColumn(column.column(), redshift(column.type()))),
                        values.stream().map(value -> new KeyedQuery.OtherColumn(value.column(), value.redshift())))
                .toList();
    }

    /** The columns as they are staged in buckets. */
    Schema staged() {
        List<Column> columns = new ArrayList<>();
        for (KeyedQuery.KeyColumn key : keys) {
            String type = key.form() == KeyForm.INTEGER
                    ? RedshiftType.of(Kind.BIGINT).ddl()
                    : RedshiftType.varchar(RedshiftType.MAX_VARCHAR).ddl();
            columns.add(new Column("k" + columns.size(), type, type));
        }
        for (KeyedQuery.OtherColumn other : others()) {
            String type = other.type().ddl();
            columns.add(new Column("v" + (columns.size() - keys.size()), type, type));
        }
        return new Schema(columns);
    }

    int width() {
        return keys.size() + order.size() + values.size();
    }

    /** Finds a source's columns by the names that the step gives. */
    private static final class Resolver {
        private final FieldSource source;
        private final Schema schema;

        Resolver(FieldSource source, Schema schema) {
            this.source = source;
            this.schema = schema;
        }

        SourceLayout layout(List<KvsLoad.IndexColumn> index) throws StepRefusal {
            List<KeyedQuery.KeyColumn> keys = new ArrayList<>();
            for (KvsLoad.IndexColumn part : index) {
                Column column = find(part.name(), "the key's");
                keys.add(new KeyedQuery.KeyColumn(column.name(), form(column, part.uuid())));
            }
            List<Value> values = new ArrayList<>();
            for (Column column : schema.columns()) {
                boolean key = keys.stream().anyMatch(part -> part.name().equals(column.name()));
                if (source.values().isEmpty() && !key) {
                    values.add(value(column));
                }
            }
            for (String name : source.values()) {
                values.add(value(find(name, "")));
            }
            List<Ordered> order = new ArrayList<>();
            for (OrderBy by : source.orderBy()) {
                Column column = find(by.column(), "");
                order.add(new Ordered(column.name(), column.type(), by.descending()));
            }
            boolean byValues = source.orderBy().isEmpty()
                    && source.collect() != Collect.COUNT
                    && (source.collect() != Collect.ONE || source.onDuplicate() == OnDuplicate.SMALLEST);
            if (byValues) {
                values.forEach(value -> order.add(new Ordered(value.column(), value.type(), false)));
            }
            List<Value> collected = source.collect() == Collect.COUNT ? List.of() : values;
            return new SourceLayout(keys, order, collected, fields(collected));
        }

        private Column find(String name, String whose) throws StepRefusal {
            Optional<Column> found = schema.columns().stream()
                    .filter(column -> column.name().equalsIgnoreCase(name))
                    .findFirst();
            if (found.isEmpty()) {
                throw new StepRefusal("%s has no column '%s'%s; it has: %s"
                        .formatted(
                                source.origin(),
                                name,
                                whose.isEmpty() ? "" : ", which is " + whose,
                                String.join(", ", schema.names())));
            }
            return found.get();
        }

        private KeyForm form(Column column, boolean uuid) throws StepRefusal {
            RedshiftType type = redshift(column.type());
            if (type.kind().integer() && !uuid) {
                return KeyForm.INTEGER;
            }
            if (type.kind() == Kind.VARCHAR) {
                return uuid ? KeyForm.UUID : KeyForm.TEXT;
            }
            throw new StepRefusal("%s: the key's column '%s' is %s, and a key is %s; cast it"
                    .formatted(
                            source.origin(),
                            column.name(),
                            column.type(),
                            uuid ? "a uuid in a varchar" : "a varchar or a whole number"));
        }

        private Value value(Column column) {
            String name = source.spelled().getOrDefault(column.name().toLowerCase(Locale.ROOT), column.name());
            return new Value(column.name(), name, column.type());
        }

        private List<KvsColumn> fields(List<Value> values) throws StepRefusal {
            if (values.isEmpty() && source.collect() != Collect.COUNT) {
                throw new StepRefusal(
                        source.origin() + " has no column beside the key; select a value, or `collect: count`");
            }
            List<KvsColumn> fields = new ArrayList<>();
            if (source.collect().joins()) {
                fields.add(
                        new KvsColumn(String.valueOf(source.name()), joined(values), source.collect() == Collect.JSON));
                return fields;
            }
            if (source.name() != null && values.size() > 1) {
                throw new StepRefusal(
                        "%s has %d value columns, and 'name' names one field; name them by AS in the query"
                                .formatted(source.origin(), values.size()));
            }
            for (Value value : values) {
                String name = source.name() == null ? value.name() : source.name();
                String type = ValueForm.cql(source.origin(), value);
                boolean json = value.redshift().kind() == Kind.SUPER && source.collect() == Collect.ONE;
                fields.add(new KvsColumn(
                        name,
                        switch (source.collect()) {
                            case ONE -> type;
                            case SET -> "frozen<set<" + type + ">>";
                            default -> "frozen<list<" + type + ">>";
                        },
                        json));
            }
            return fields;
        }

        private String joined(List<Value> values) throws StepRefusal {
            if (source.collect() == Collect.COUNT) {
                return "bigint";
            }
            if (source.collect() == Collect.JSON) {
                return "text";
            }
            if (values.size() != 2) {
                throw new StepRefusal(
                        "%s has %d columns beside the key, and `collect: map` takes two: what is looked up, and its value"
                                .formatted(source.origin(), values.size()));
            }
            return "frozen<map<" + ValueForm.cql(source.origin(), values.get(0)) + ", "
                    + ValueForm.cql(source.origin(), values.get(1)) + ">>";
        }
    }
}
