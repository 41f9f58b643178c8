package org.tofro.connect.types;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.types.SourceType.Family;
import org.tofro.data.RedshiftType;
import org.tofro.problem.Spelling;

/** Joins what a source says of its columns with what the user chose of them. */
public final class ColumnSelection {
    private final String where;
    private final Map<String, SourceType> types = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();

    /** @param where the source, as messages name it */
    public ColumnSelection(String where) {
        this.where = where;
    }

    /** Adds a column that the source has, in the source's order. */
    public void add(String name, SourceType type) {
        if (types.put(name, type) != null) {
            problems.add("column '%s' comes twice; name one of them with AS".formatted(name));
        }
    }

    /**
     * The columns to read, all where none is wanted in particular.
     *
     * @throws ExtractException with every problem that there is
     */
    public List<TypedColumn> choose(List<ColumnChoice> wanted) {
        List<TypedColumn> chosen = chosen(wanted);
        if (chosen.isEmpty() && problems.isEmpty()) {
            problems.add("there are no columns");
        }
        if (!problems.isEmpty()) {
            throw ExtractException.permanent(where + ": " + String.join("; ", problems));
        }
        return chosen;
    }

    private List<TypedColumn> chosen(List<ColumnChoice> wanted) {
        List<ColumnChoice> choices = wanted.isEmpty()
                ? types.keySet().stream()
                        .map(name -> new ColumnChoice(name, null, null))
                        .toList()
                : wanted;
        List<TypedColumn> columns = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (ColumnChoice choice : choices) {
            SourceType type = types.get(choice.name());
            String name = choice.as() == null ? choice.name() : choice.as();
            if (type == null) {
                problems.add("there is no column '%s'%s"
                        .formatted(choice.name(), Spelling.hint(choice.name(), types.keySet())));
            } else if (!names.add(name)) {
                problems.add("two columns are named '%s'; give one of them another name by `as`".formatted(name));
            } else {
                add(columns, choice, name, type);
            }
        }
        return columns;
    }

    private void add(List<TypedColumn> columns, ColumnChoice choice, String name, SourceType source) {
        Mask mask = choice.mask();
        SourceType type = mask == null ? source : new MaskedType(source, mask);
        String declared = choice.type();
        RedshiftType target =
                declared == null ? type.target() : RedshiftType.parse(declared).orElse(null);
        if (target == null) {
            problems.add(
                    declared == null
                            ? "column '%s' is %s, which Redshift does not have; choose one by `columns: type`: %s"
                                    .formatted(choice.name(), type.ddl(), carriers(type))
                            : "column '%s': '%s' is not a type that Redshift loads".formatted(choice.name(), declared));
            return;
        }
        Conversions.of(type, target)
                .ifPresentOrElse(
                        conversion -> columns.add(new TypedColumn(choice.name(), name, source, conversion, mask)),
                        () -> problems.add(("column '%s' is %s, and %s would change values of it; %s would not,"
                                        + " and `%s:` can convert it")
                                .formatted(choice.name(), type.ddl(), target.ddl(), carriers(type), type.query())));
    }

    private static String carriers(SourceType type) {
        return Conversions.carriers(type).stream()
                .map(carrier -> carrier.kind() == RedshiftType.Kind.VARBYTE && type.family() == Family.TEXT
                        ? carrier.ddl() + " as bytes"
                        : carrier.ddl())
                .collect(Collectors.joining(", "));
    }
}
