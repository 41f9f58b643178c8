package org.tofro.connect.cassandra;

import com.datastax.oss.driver.api.core.CqlIdentifier;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.ColumnDefinition;
import com.datastax.oss.driver.api.core.cql.ColumnDefinitions;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.datastax.oss.driver.api.core.metadata.Node;
import com.datastax.oss.driver.api.core.metadata.TokenMap;
import com.datastax.oss.driver.api.core.metadata.schema.ColumnMetadata;
import com.datastax.oss.driver.api.core.metadata.schema.KeyspaceMetadata;
import com.datastax.oss.driver.api.core.metadata.schema.RelationMetadata;
import com.datastax.oss.driver.api.core.type.DataTypes;
import com.datastax.oss.driver.api.core.type.ListType;
import com.datastax.oss.driver.api.core.type.MapType;
import com.datastax.oss.driver.api.core.type.SetType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.tofro.connect.cassandra.CassandraReadPlan.Select;
import org.tofro.connect.cassandra.CassandraRequest.OfSelect;
import org.tofro.connect.cassandra.session.SchemaNames;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.connect.types.ColumnSelection;
import org.tofro.connect.types.TypedColumn;
import org.tofro.problem.Spelling;

/** Finds out what a request's rows are made of and into which ranges they are best parted. */
final class CassandraPlanner {
    /** The partitioner whose ring is cut. */
    private static final String MURMUR3 = "Murmur3Partitioner";

    private static final double RANGE_BYTES = 64e6;
    /** Of a table of unknown size, or a small one. */
    private static final int RANGES_PER_READER = 8;

    private static final double SMALL_BYTES = 1e6;
    private static final int MOST_RANGES = 4096;

    private final CassandraRequest request;
    private final CqlSession session;

    CassandraPlanner(CassandraRequest request, CqlSession session) {
        this.request = request;
        this.session = session;
    }

    private record Chosen(String selectors, List<TypedColumn> columns, List<Integer> places) {}

    private record Ranges(List<TokenRange> ranges, String reason) {}

    CassandraReadPlan plan() {
        KeyspaceMetadata keyspace = keyspace();
        RelationMetadata table = table(keyspace);
        String from = keyspace.getName().asCql(true) + "." + table.getName().asCql(true);
        Chosen chosen = request.source() instanceof OfSelect own ? selected(own.select(), from) : columns(table);
        String where = request.source().where();
        Select select = new Select(chosen.selectors(), from, where == null ? "" : where, rest());
        Ranges ranges = ranges(keyspace, table);
        return new CassandraReadPlan(
                select,
                chosen.columns(),
                chosen.places(),
                table.getPartitionKey().stream()
                        .map(column -> column.getName().asCql(true))
                        .toList(),
                ranges.ranges(),
                Math.min(request.readers(), ranges.ranges().size()),
                chosen.columns().stream().allMatch(column -> ((CqlType) column.type()).isSmall()),
                ranges.reason());
    }

    private String rest() {
        String perPartition =
                request.source() instanceof OfSelect own ? own.select().perPartition() : null;
        return (perPartition == null ? "" : " PER PARTITION LIMIT " + perPartition)
                + (request.source().filtering() ? " ALLOW FILTERING" : "");
    }

    private KeyspaceMetadata keyspace() {
        return session.getMetadata()
                .getKeyspace(CqlIdentifier.fromInternal(request.keyspace()))
                .orElseThrow(() -> ExtractException.permanent("connection '%s': there is no keyspace '%s'%s"
                        .formatted(
                                request.connection().name(),
                                request.keyspace(),
                                Spelling.hint(
                                        request.keyspace(),
                                        SchemaNames.of(session.getMetadata()
                                                .getKeyspaces()
                                                .keySet())))));
    }

    private RelationMetadata table(KeyspaceMetadata keyspace) {
        CqlIdentifier name = CqlIdentifier.fromInternal(request.source().table());
        Map<CqlIdentifier, RelationMetadata> all =
                new TreeMap<>(java.util.Comparator.comparing(CqlIdentifier::asInternal));
        all.putAll(keyspace.getTables());
        all.putAll(keyspace.getViews());
        RelationMetadata found = all.get(name);
        if (found == null) {
            throw ExtractException.permanent("%s: there is no table '%s'%s"
                    .formatted(
                            request.where(),
                            name.asInternal(),
                            Spelling.hint(name.asInternal(), SchemaNames.of(all.keySet()))));
        }
        return found;
    }

    private Chosen columns(RelationMetadata table) {
        ColumnSelection selection = new ColumnSelection(
                request.where() + ", table '" + table.getName().asInternal() + "'");
        table.getColumns()
                .values()
                .forEach(column -> selection.add(column.getName().asInternal(), new CqlType(column.getType())));
        List<CassandraColumn> wanted = request.columns();
        Map<String, String> selectors = new TreeMap<>();
        Set<CassandraColumn> metadata = new HashSet<>();
        for (CassandraColumn column : wanted) {
            if (column.what() != CassandraColumn.What.VALUE && metadata.add(column)) {
                addMetadata(selection, table, column, selectors);
            }
        }
        List<TypedColumn> columns = selection.choose(choices(wanted));
        List<Integer> places = new ArrayList<>();
        List<String> list = new ArrayList<>();
        for (TypedColumn column : columns) {
            places.add(list.size());
            String own = CqlIdentifier.fromInternal(column.source()).asCql(true);
            list.add(selectors.getOrDefault(column.source(), own));
        }
        return new Chosen(String.join(", ", list), columns, places);
    }

    private void addMetadata(
            ColumnSelection selection, RelationMetadata table, CassandraColumn wanted, Map<String, String> selectors) {
        CqlIdentifier name = CqlIdentifier.fromInternal(wanted.name());
        ColumnMetadata column = table.getColumns().get(name);
        if (column == null) {
            // Its own message finds out what was meant.
            return;
        }
        String function = wanted.what().name().toLowerCase(java.util.Locale.ROOT);
        boolean key = table.getPrimaryKey().contains(column);
        boolean parts = (column.getType() instanceof ListType list && !list.isFrozen())
                || (column.getType() instanceof SetType set && !set.isFrozen())
                || (column.getType() instanceof MapType map && !map.isFrozen());
        if (key || parts || column.getType().equals(DataTypes.COUNTER)) {
            throw ExtractException.permanent("%s: there is no %s of column '%s', which is %s"
                    .formatted(
                            request.where(),
                            function,
                            wanted.name(),
                            key ? "a part of the primary key" : parts ? "a collection of many cells" : "a counter"));
        }
        if (selectors.put(wanted.source(), function + "(" + name.asCql(true) + ")") == null) {
            selection.add(
                    wanted.source(),
                    new CqlType(wanted.what() == CassandraColumn.What.TTL ? DataTypes.INT : DataTypes.BIGINT));
        }
    }

    private static List<ColumnChoice> choices(List<CassandraColumn> columns) {
        return columns.stream()
                .map(column -> new ColumnChoice(column.source(), column.as(), column.type(), column.mask()))
                .toList();
    }

    /** The columns of the user's own SELECT, which the server knows. */
    private Chosen selected(SelectShape shape, String from) {
        Select probe = new Select(shape.selectors(), from, shape.where() == null ? "" : shape.where(), rest());
        ColumnDefinitions definitions = session.prepare(
                        SimpleStatement.newInstance(probe.cql(List.of(), TokenRange.RING)))
                .getResultSetDefinitions();
        ColumnSelection selection = new ColumnSelection(request.where());
        for (ColumnDefinition definition : definitions) {
            selection.add(definition.getName().asInternal(), new CqlType(definition.getType()));
        }
        List<TypedColumn> columns = selection.choose(choices(request.columns()));
        List<Integer> places = columns.stream()
                .map(column -> definitions.firstIndexOf(CqlIdentifier.fromInternal(column.source())))
                .toList();
        return new Chosen(shape.selectors(), columns, places);
    }

    private Ranges ranges(KeyspaceMetadata keyspace, RelationMetadata table) {
        Set<String> key = table.getPartitionKey().stream()
                .map(column -> column.getName().asInternal())
                .collect(Collectors.toSet());
        if (SelectShape.restricts(request.source().where(), key)) {
            return whole("read by one reader, because the conditions name a column of the partition key");
        }
        TokenMap ring = session.getMetadata().getTokenMap().orElse(null);
        if (keyspace.isVirtual() || ring == null) {
            return whole("read by one reader, because it is a virtual table");
        }
        if (!ring.getPartitionerName().endsWith(MURMUR3)) {
            return whole("read by one reader, because the cluster's partitioner is not " + MURMUR3);
        }
        if (request.readers() == 1 || request.limit().isPresent()) {
            return whole(
                    request.limit().isPresent()
                            ? "read by one reader, as a trial"
                            : "read by one reader, as asked for");
        }
        SizeEstimate size = SizeEstimate.of(
                session,
                request.connection().localDatacenter(),
                keyspace.getName().asInternal(),
                table.getName().asInternal());
        return new Ranges(TokenSplit.ranges(tokens(ring), wanted(size)), size.toString());
    }

    private static Ranges whole(String reason) {
        return new Ranges(List.of(TokenRange.RING), reason);
    }

    private int wanted(SizeEstimate size) {
        if (size.known() && size.bytes() < SMALL_BYTES) {
            return request.readers();
        }
        double bySize = Math.ceil(size.bytes() / RANGE_BYTES);
        return (int) Math.min(MOST_RANGES, Math.max(bySize, (double) request.readers() * RANGES_PER_READER));
    }

    private Set<Long> tokens(TokenMap ring) {
        Set<Long> tokens = new TreeSet<>();
        for (Node node : session.getMetadata().getNodes().values()) {
            if (request.connection().localDatacenter().equals(node.getDatacenter())) {
                ring.getTokens(node).forEach(token -> tokens.add(Long.parseLong(ring.format(token))));
            }
        }
        return tokens;
    }
}
