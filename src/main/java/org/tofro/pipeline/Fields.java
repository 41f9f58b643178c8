package org.tofro.pipeline;

/**
 * The fields of one step, typed and aware of their positions. Asking for a field declares it: what no one asks for is
 * unknown. A bad field becomes a problem and yields a stand-in value, so that one reading reports every problem.
 */
public interface Fields {
    /**
     * A field, declared by asking for it.
     *
     * @param name its canonical name
     * @param meaning one sentence for the step reference
     * @param aliases other names that are accepted
     */
    Field field(String name, String meaning, String... aliases);

    /** Demands that of two fields, both declared before, exactly one is given. */
    void exactlyOne(String first, String second);

    /** Demands that of two fields, both declared before, one or both are given. */
    void atLeastOne(String first, String second);

    /**
     * A table given by its name or by its definition, in one field or two.
     *
     * @param table the field that takes the name or a {@code .sql} file
     * @param definition the field that takes a {@code .sql} file only
     */
    TableTarget target(Field table, Field definition);
}
