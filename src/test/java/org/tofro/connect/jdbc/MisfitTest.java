package org.tofro.connect.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.jdbc.Reading.Way;
import org.tofro.connect.staging.StagingArea;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.connect.types.ValueCheck;
import org.tofro.connect.warehouse.TestWarehouse;

/** Values that have no place in their type in Redshift: each kind is counted, named, and carried by what is advised. */
final class MisfitTest {
    private static final Pattern ADVISED = Pattern.compile("`columns: type` with (.*?) would carry them");

    private static SourceDatabase database;
    private final TestWarehouse warehouse = new TestWarehouse();

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        database = SourceDatabase.start();
    }

    @AfterAll
    static void stop() throws Exception {
        database.close();
    }

    private ExtractException refused(ExtractRequest request, Way way) {
        try (StagingArea area = SourceDatabase.folder(folder)) {
            return catchThrowableOfType(
                    ExtractException.class,
                    () -> new Extract(area, way, Fault.NONE).run(request, new ExtractProgress(), new Cancellation()));
        }
    }

    @ParameterizedTest
    @MethodSource("org.tofro.connect.jdbc.MisfitCases#all")
    void areCountedAndWhatIsAdvisedCarriesThem(String type, String values, @Nullable String asked, String said)
            throws Exception {
        String rows = Stream.of(values.split(", (?![^(]*\\))"))
                .map(value -> "(CAST(" + value + " AS " + type + "))")
                .collect(Collectors.joining(", "));
        database.execute("DROP TABLE IF EXISTS misfits; CREATE TABLE misfits (v " + type
                + "); INSERT INTO misfits VALUES " + rows);
        ExtractRequest request = database.table("misfits", new ColumnChoice("v", null, asked));
        for (Way way : Way.values()) {
            assertThat(refused(request, way))
                    .as(way.name())
                    .hasMessage("connection 'source', database 'postgres': column 'v' " + said);
        }
        try (StagingArea area = SourceDatabase.folder(folder)) {
            assertThat(area.list("")).isEmpty();
        }
        for (String advised : advised(said)) {
            assertThat(arrived(type, advised)).as(advised).isEqualTo(printed(type, advised));
        }
    }

    private static List<String> advised(String said) {
        Matcher matcher = ADVISED.matcher(said);
        return matcher.results()
                .flatMap(result -> Stream.of(result.group(1).split(" or ")))
                .distinct()
                .toList();
    }

    private List<String> arrived(String type, String advised) throws Exception {
        // COPY has no empty varbyte: those that misfit for that are not what a varbyte is advised for.
        String table = advised.startsWith("varbyte")
                ? "SELECT v FROM misfits WHERE octet_length(CAST(v AS text)) > 2"
                : "SELECT v FROM misfits";
        LoadedTable loaded = LoadedTable.of(warehouse, database.sql(table, new ColumnChoice("v", null, advised)));
        String text = advised.startsWith("varchar") || advised.startsWith("varbyte") ? "v" : "CAST(v AS varchar(100))";
        return loaded.rows(text).stream().sorted().toList();
    }

    private static List<String> printed(String type, String advised) throws Exception {
        String text = advised.startsWith("decimal")
                ? "CAST(CAST(v AS " + advised + ") AS text)"
                : !advised.startsWith("varbyte")
                        ? type.equals("bytea") ? "encode(v, 'hex')" : "v"
                        : type.equals("bytea") ? "v" : "convert_to(CAST(v AS text), 'UTF8')";
        String where = advised.startsWith("varbyte") ? " WHERE octet_length(CAST(v AS text)) > 2" : "";
        return database.strings("SELECT " + text + " FROM misfits" + where).stream()
                .map(value -> value == null ? "~" : value)
                .sorted()
                .toList();
    }

    @Test
    void everyKindHasACase() {
        String said = String.join(
                "; ",
                MisfitCases.all()
                        .map(arguments -> String.valueOf(arguments.get()[3]))
                        .toList());
        // Text in the server's own encoding is UTF-8, and the others are for MySQL, Cassandra and files.
        EnumSet<ValueCheck.Kind> others = EnumSet.of(
                ValueCheck.Kind.NOT_UTF8,
                ValueCheck.Kind.SURROGATE,
                ValueCheck.Kind.UNREADABLE,
                ValueCheck.Kind.TOO_FINE,
                ValueCheck.Kind.ZERO_DATE,
                ValueCheck.Kind.NO_SUCH_DAY,
                ValueCheck.Kind.NOT_OF_A_DAY,
                ValueCheck.Kind.REPLACED);
        for (ValueCheck.Kind kind : EnumSet.complementOf(others)) {
            assertThat(said).contains(kind.text());
        }
    }

    @Test
    void theLongestThatIsAdvisedFitsARowOfCopy() throws Exception {
        database.execute("CREATE TABLE longest AS SELECT repeat('x', 2097150) AS v");
        assertThat(refused(database.table("longest"), Way.COPY))
                .hasMessageEndingWith("`columns: type` with varbyte(2097150) would carry them as bytes");
        LoadedTable loaded =
                LoadedTable.of(warehouse, database.table("longest", new ColumnChoice("v", null, "varbyte(2097150)")));
        assertThat(loaded.rows("octet_length(v)")).containsExactly("2097150");
    }

    @Test
    void severalColumnsAreNamedInOneSentenceEach() throws Exception {
        database.execute("""
                CREATE TABLE several (word text, amount numeric(5,2), born date);
                INSERT INTO several VALUES ('ok', 1, '2020-01-01'), ('too long', 'NaN', 'infinity')
                """);
        assertThatThrownBy(() -> LoadedTable.of(
                        warehouse,
                        database.table(
                                "several",
                                new ColumnChoice("word", "name", "varchar(5)"),
                                new ColumnChoice("amount", null, null),
                                new ColumnChoice("born", null, null))))
                .isInstanceOf(ExtractException.class)
                .hasMessage("connection 'source', database 'postgres': "
                        + "column 'name' (text -> varchar(5)): 1 value longer than its type in bytes; the longest has 8"
                        + " bytes by octet_length(\"word\"), `columns: type` with varchar(8) would carry them; "
                        + "column 'amount' (numeric(5,2) -> decimal(5,2)): 1 value NaN or infinite; `columns: type` with"
                        + " varchar(7) would carry them; "
                        + "column 'born' (date -> date): 1 value infinite; `columns: type` with varchar(13) would carry"
                        + " them");
    }
}
