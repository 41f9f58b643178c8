package org.tofro.connect.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.connect.types.SourceType;
import org.tofro.connect.warehouse.TestWarehouse;

/** Which types a column may take, found out before a row is read. */
final class ConversionTest {
    private static SourceDatabase database;

    @BeforeAll
    static void start() throws Exception {
        database = SourceDatabase.start();
        database.execute(MatrixType.OWN_TYPES);
        database.execute("CREATE SCHEMA other; CREATE TYPE public.\"date\" AS ENUM ('x'); CREATE TYPE other.bool AS"
                + " (a integer); CREATE DOMAIN other.amount AS numeric(7,2); CREATE DOMAIN other.words AS text[]");
    }

    @AfterAll
    static void stop() throws Exception {
        database.close();
    }

    private static String table(String type) throws Exception {
        database.execute("DROP TABLE IF EXISTS one; CREATE TABLE one (v " + type + ")");
        return "one";
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    double precision | real             | double precision, varchar(24)
                    double precision | decimal(38,10)   | double precision, varchar(24)
                    real             | decimal(10,2)    | real, varchar(15)
                    bigint           | real             | bigint, decimal(20,0), varchar(20)
                    bigint           | double precision | bigint, decimal(20,0), varchar(20)
                    integer          | real             | integer, decimal(10,0), varchar(11)
                    integer          | boolean          | integer, decimal(10,0), varchar(11)
                    integer          | varbyte(4)       | integer, decimal(10,0), varchar(11)
                    oid              | date             | bigint, decimal(10,0), varchar(10)
                    numeric(10,2)    | double precision | decimal(10,2), varchar(12)
                    numeric(10,2)    | real             | decimal(10,2), varchar(12)
                    numeric(10,2)    | bigint           | decimal(10,2), varchar(12)
                    numeric          | bigint           | decimal(38,10), varchar(65535)
                    boolean          | smallint         | boolean, varchar(1)
                    timestamp        | date             | timestamp, varchar(29)
                    timestamp        | timestamptz      | timestamp, varchar(29)
                    timestamptz      | timestamp        | timestamptz, varchar(32)
                    timestamptz      | date             | timestamptz, varchar(32)
                    date             | timestamptz      | date, varchar(13)
                    time             | timetz           | time, varchar(15)
                    timetz           | time             | timetz, varchar(24)
                    timestamp        | time             | timestamp, varchar(29)
                    text             | integer          | varchar(65535), varbyte(1024000) as bytes
                    text             | boolean          | varchar(65535), varbyte(1024000) as bytes
                    text             | date             | varchar(65535), varbyte(1024000) as bytes
                    varchar(9)       | decimal(9,0)     | varchar(36), varbyte(1024000) as bytes
                    json             | super            | varchar(65535), varbyte(1024000) as bytes
                    money            | decimal(19,2)    | varchar(64), varbyte(1024000) as bytes
                    interval         | bigint           | varchar(64), varbyte(1024000) as bytes
                    bytea            | super            | varbyte(1024000)/ varchar(65535)
                    """)
    void whatWouldChangeValuesIsRefusedAndWhatKeepsThemNamed(String type, String asked, String kept) throws Exception {
        assertThatThrownBy(() -> Extract.plan(database.table(table(type), new ColumnChoice("v", null, asked))))
                .isInstanceOf(ExtractException.class)
                .hasMessage(
                        "connection 'source', database 'postgres': column 'v' is %s, and %s would change values of it;"
                                + " %s would not, and `sql:` can convert it",
                        type, asked, kept.replace("/", ","));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    numeric       | numeric       | decimal(38,10), varchar(65535)
                    numeric(39,2) | numeric(39,2) | decimal(38,10), varchar(41)
                    numeric(4,40) | numeric(4,40) | decimal(38,10), varchar(43)
                    """)
    void whatHasNoTypeOfItsOwnNeedsOne(String type, String shown, String kept) throws Exception {
        assertThatThrownBy(() -> Extract.plan(database.table(table(type))))
                .hasMessage(
                        "connection 'source', database 'postgres': column 'v' is %s, which Redshift does not have;"
                                + " choose one by `columns: type`: %s",
                        shown, kept);
    }

    @Test
    void allColumnsThatAreWrongAreNamedAtOnce() throws Exception {
        database.execute("CREATE TABLE wrong (a numeric, b text, c bigint)");
        assertThatThrownBy(() -> Extract.plan(database.table(
                        "wrong",
                        new ColumnChoice("a", null, null),
                        new ColumnChoice("b", null, "integer"),
                        new ColumnChoice("c", null, "varchar(70000)"))))
                .hasMessage(
                        "connection 'source', database 'postgres': column 'a' is numeric, which Redshift does not have;"
                                + " choose one by `columns: type`: decimal(38,10), varchar(65535); column 'b' is text, and"
                                + " integer would change values of it; varchar(65535), varbyte(1024000) as bytes would not, and"
                                + " `sql:` can convert it; column 'c': 'varchar(70000)' is not a type that Redshift loads");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    smallint       |                  | smallint -> smallint, staged bare
                    smallint       | real             | smallint -> real, staged bare
                    bigint         | integer          | bigint -> integer, staged bare; fails: less than -2147483648, more than 2147483647
                    bigint         | decimal(20,0)    | bigint -> decimal(20,0), staged bare
                    bigint         | decimal(19,0)    | bigint -> decimal(19,0), staged bare; fails: more than 19 digits before the point or 0 after it, more than 9223372036854775807 without the point
                    numeric(38,10) |                  | numeric(38,10) -> decimal(38,10), staged bare; fails: NaN
                    numeric(19,4)  |                  | numeric(19,4) -> decimal(20,4), staged bare; fails: NaN
                    numeric(5,-2)  |                  | numeric(5,-2) -> decimal(7,0), staged bare; fails: NaN
                    numeric(3,5)   |                  | numeric(3,5) -> decimal(5,5), staged bare; fails: NaN
                    numeric(38,0)  | integer          | numeric(38,0) -> integer, staged bare; fails: NaN, less than -2147483648, more than 2147483647
                    numeric        | decimal(10,2)    | numeric -> decimal(10,2), staged bare; fails: NaN, infinity, more than 8 digits before the point or 2 after it
                    real           |                  | real -> real, staged bare
                    real           | double precision | real -> double precision, staged bare as double precision prints it
                    double precision |                | double precision -> double precision, staged bare
                    boolean        |                  | boolean -> boolean, staged bare
                    date           |                  | date -> date, staged bare; fails: infinity, years outside of 1 to 9999
                    date           | timestamp        | date -> timestamp, staged bare; fails: infinity, years outside of 1 to 9999
                    timestamptz    |                  | timestamptz -> timestamptz, staged bare; fails: infinity, years outside of 1 to 9999
                    time           |                  | time -> time, staged bare
                    timetz         |                  | timetz -> timetz, staged bare; fails: an offset other than +00, 24:00:00
                    varchar(20)    |                  | varchar(20) -> varchar(80), staged in quotes
                    varchar(20)    | varchar(79)      | varchar(20) -> varchar(79), staged in quotes; fails: more than 79 bytes
                    char(5)        |                  | char(5) -> varchar(20), staged in quotes
                    char(5)        | char(5)          | char(5) -> char(5), staged in quotes; fails: more or fewer than 5 characters, characters of more than one byte
                    text           |                  | text -> varchar(65535), staged in quotes; fails: more than 65535 bytes
                    text           | varbyte(9)       | text -> varbyte(9), staged in quotes as hexadecimal digits of its text in UTF-8; fails: more than 9 bytes, an empty value
                    bytea          |                  | bytea -> varbyte(1024000), staged in quotes as hexadecimal digits; fails: more than 1024000 bytes, an empty value
                    interval       |                  | interval -> varchar(64), staged in quotes
                    bit(3)         |                  | bit(3) -> varchar(3), staged in quotes
                    money          |                  | money -> varchar(64), staged in quotes; fails: more than 64 bytes
                    other.amount   |                  | numeric(7,2) -> decimal(7,2), staged bare; fails: NaN
                    public.date    |                  | "date" -> varchar(65535), staged in quotes; fails: more than 65535 bytes
                    other.bool     |                  | "bool" -> varchar(65535), staged in quotes; fails: more than 65535 bytes
                    other.words    |                  | text[] -> varchar(65535), staged in quotes; fails: more than 65535 bytes
                    integer[]      | varchar(100)     | integer[] -> varchar(100), staged in quotes; fails: more than 100 bytes
                    """)
    void aLinePerColumnSaysHowItsValuesTravel(String type, String asked, String line) throws Exception {
        assertThat(Extract.plan(database.table(table(type), new ColumnChoice("v", "as", asked)))
                        .fidelity())
                .containsExactly("as: " + line);
    }

    @Test
    void aColumnThatIsTakenTwiceIsStagedTwice() throws Exception {
        database.execute(
                "CREATE TABLE twice (id integer, v text, r real); INSERT INTO twice VALUES (1, ' ', 0.1), (2, '', 2)");
        LoadedTable loaded = LoadedTable.of(
                new TestWarehouse(),
                database.table(
                        "twice",
                        new ColumnChoice("v", "one", null),
                        new ColumnChoice("v", "other", "varchar(2)"),
                        new ColumnChoice("r", "short", null),
                        new ColumnChoice("r", "exact", "double precision")));
        assertThat(loaded.rows("one, other, short, exact"))
                .containsExactlyInAnyOrder(" | |0.1|0.10000000149011612", "||2|2.0");
    }

    @Test
    void everyTypeOfTheMatrixHasItsFamily() throws Exception {
        String columns = MatrixType.ALL.stream()
                .map(type -> type.column() + " " + type.ddl())
                .reduce((a, b) -> a + ", " + b)
                .orElseThrow();
        database.execute("CREATE TABLE every (" + columns + ")");
        List<SourceType.Family> families = database.types("every").values().stream()
                .map(SourceType::family)
                .distinct()
                .toList();
        assertThat(families).containsExactlyInAnyOrder(SourceType.Family.values());
    }
}
