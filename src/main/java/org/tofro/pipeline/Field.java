package org.tofro.pipeline;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tofro.data.FileContent;
import org.tofro.data.RedshiftType;
import org.tofro.data.SqlScript;
import org.tofro.data.TableDefinition;
import org.tofro.data.TableName;

/** One field of a step; what is asked of it says of which type it is. */
public interface Field {
    /** A text that must be there. */
    String text();

    /** A text, or null where the field is missing. */
    @Nullable
    String optionalText();

    /** A text, or the default. */
    String textOr(String missing);

    /**
     * A text, or the default.
     *
     * @param shown how the step reference says what the default is
     */
    String textOr(String missing, String shown);

    /** A text that must be there, in which {@code {date:yyyy/MM/dd}} stands for the days of the run's interval. */
    DatedText datedText();

    /** A length of time, or the default. */
    Duration durationOr(Duration missing, String shown);

    /** A file or folder of this machine, which must be named; whether it is there is not looked at. */
    LocalPath path();

    /** The name of a connection of one of these types, which must be there. */
    String connection(String... types);

    /** The name of a connection of that type, or the default. */
    String connectionOr(String missing, String type);

    /** The name of an earlier step, or of an output of one, whose files are taken; null where the field is missing. */
    @Nullable
    String optionalInputNode();

    /** True or false, or the default. */
    boolean flagOr(boolean missing);

    /** A whole number within bounds, or the default. */
    int integerOr(int missing, int least, int most);

    /**
     * A whole number within bounds, or null where the field is missing.
     *
     * @param missing what then happens, for the step reference
     */
    @Nullable
    Integer optionalInteger(int least, int most, String missing);

    /** One of several words; the first is the default. */
    String choice(String... words);

    /**
     * A number, or null where the field is missing.
     *
     * @param missing what then happens, for the step reference
     */
    @Nullable
    BigDecimal optionalNumber(String missing);

    /** A list of numbers; empty where the field is missing. */
    List<BigDecimal> numbers();

    /**
     * A day, or null where the field is missing.
     *
     * @param missing what then happens, for the step reference
     */
    @Nullable
    LocalDate optionalDate(String missing);

    /** A list of words for a program, in which a mapping {@code k: v} stands for {@code --k=v}; empty where it is missing. */
    List<String> arguments();

    /** A mapping of names to texts, in the order of the file; empty where the field is missing. */
    Map<String, String> texts();

    /** A command for a shell, or null where the field is missing; the shell's own <code>${NAME}</code> stays as it is. */
    @Nullable
    String optionalCommand();

    /** A small file of this machine, which travels with the step; null where the field is missing or the file is bad. */
    @Nullable
    FileContent optionalFile();

    /** The files of a folder of this machine, which travel with the step; empty where the field is missing. */
    List<FileContent> folder();

    /** A name or a list of names; empty where the field is missing. */
    List<String> names();

    /** A name, a list of names, or a list of such lists: each inner list is one entry. Empty where the field is missing. */
    List<List<String>> nameLists();

    /** A table's name that must be there; a file's name is refused. */
    TableName table();

    /** A table's name, or null where the field is missing; a file's name is refused. */
    @Nullable
    TableName optionalTable();

    /** A table that must be there, by its name or by a {@code .sql} file that defines it. */
    TableTarget target();

    /** A {@code .sql} file with a table's definition, which must be there. */
    TableDefinition definition();

    /** SQL text, or null where the field is missing. */
    @Nullable
    SqlScript optionalSql();

    /** SQL that only reads, in one statement, or null where the field is missing. */
    @Nullable
    SqlQuery optionalQuery();

    /**
     * A type of Redshift that COPY fills, or null where the field is missing.
     *
     * @param missing what then happens, for the step reference
     */
    @Nullable
    RedshiftType optionalRedshiftType(String missing);

    /** A list of mappings, each read by the function; empty where the field is missing. */
    <T> List<T> each(Function<Fields, T> read);

    /** A mapping, read by the function, or a list of them; empty where the field is missing. */
    <T> List<T> oneOrEach(Function<Fields, T> read);

    /** A mapping, read by the function; null where the field is missing. */
    <T> @Nullable T mapping(Function<Fields, T> read);
}
