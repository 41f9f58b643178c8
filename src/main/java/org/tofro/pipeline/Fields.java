package org.tofro.pipeline;

import java.util.List;

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

    /** Demands that of several fields, all declared before, exactly one is given. */
    void exactlyOneOf(List<String> names);

    /** Demands that of two fields, both declared before, one or both are given. */
    void atLeastOne(String first, String second);

    /**
     * A table given by its name or by its definition, in one field or two.
     *
     * @param table the field that takes the name or a {@code .sql} file
     * @param definition the field that takes a {@code .sql} file only
     */
    TableTarget target(Field table, Field definition);

    /**
     * A script for the warehouse, in a file or in the pipeline itself: one of the two.
     *
     * @param script the field that names the file
     * @param command the field that takes the SQL
     * @param arguments the field that gives the values of the script's places, {@code %s}
     */
    Script script(Field script, Field command, Field arguments, Script.Rules rules);

    /**
     * Reports what is wrong with a field that was declared before, beyond what asking for it finds.
     *
     * @param sentence what is wrong, what is allowed, what to do
     */
    void problem(String field, String sentence);

    /**
     * Declares a field of Dataduct's that has no meaning here; where it is given, that is a problem.
     *
     * @param advice what to do instead
     */
    void ancestors(String field, String advice);

    /** Whether a field that was declared before is given. */
    boolean has(String field);
}
