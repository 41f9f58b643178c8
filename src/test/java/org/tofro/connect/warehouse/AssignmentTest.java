package org.tofro.connect.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tofro.data.Column;
import org.tofro.data.RedshiftType;
import org.tofro.data.Schema;
import org.tofro.data.TableName;

/** Spellings of types, and which type takes which other's values as they are. */
final class AssignmentTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "INT | integer",
                "int2 | smallint",
                "Int8 | bigint",
                "FLOAT | double precision",
                "double  precision | float8",
                "float4 | real",
                "decimal | numeric(18,0)",
                "numeric( 10 , 2 ) | decimal(10,2)",
                "numeric(10) | numeric(10,0)",
                "bool | boolean",
                "timestamptz | timestamp with time zone",
                "timestamp(6) without time zone | timestamp",
                "time with time zone | timetz",
                "varchar | character varying(256)",
                "varchar(MAX) | character varying(65535)",
                "text | varchar(256)",
                "nvarchar(7) | varchar(7)",
                "char | character(1)",
                "bpchar | char(256)",
                "varbinary(9) | binary varying(9)"
            })
    void oneTypeHasManySpellings(String one, String other) {
        assertThat(new Assignment(one, other).sameType()).isTrue();
        assertThat(RedshiftType.parse(one)).isPresent();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // from | to | by INSERT | by COPY
                "integer | bigint | true | true",
                "bigint | integer | true | true", // the server refuses what is out of range
                "numeric(10,0) | bigint | true | true",
                "numeric(10,2) | bigint | false | false",
                "integer | numeric(12,3) | true | true",
                "numeric(10,2) | numeric(12,3) | true | true",
                "numeric(12,3) | numeric(12,2) | false | false",
                "numeric(38,0) | numeric(10,0) | true | true",
                "double precision | integer | false | false",
                "double precision | numeric(20,4) | false | false",
                "double precision | real | false | false",
                "real | double precision | true | false", // 0.1 read as a double is not the real 0.1
                "integer | double precision | true | true",
                "bigint | double precision | false | false",
                "integer | real | false | false",
                "smallint | real | true | true",
                "numeric(4,1) | double precision | false | false",
                "timestamp | date | false | false",
                "date | timestamp | true | true",
                "date | timestamptz | false | false",
                "timestamp | timestamptz | false | false",
                "timestamptz | timestamp | false | false",
                "timestamp | time | false | false",
                "timetz | time | false | false",
                "boolean | integer | false | false",
                "integer | boolean | false | false",
                "varchar(10) | varchar(5) | true | true", // what does not fit is refused when the rows are there
                "varchar(10) | char(10) | false | false",
                "varchar(10) | integer | false | false",
                "varchar(10) | super | false | false",
                "char(5) | varchar(5) | true | true",
                "char(5) | char(9) | false | false",
                "integer | varchar(20) | true | true",
                "timestamptz | varchar(40) | true | true",
                "double precision | varchar(40) | false | true",
                "real | varchar(40) | false | true",
                "super | varchar(40) | false | true",
                "varbyte(10) | varchar(40) | false | true",
                "boolean | varchar(5) | false | true",
                "varbyte(20) | varbyte(10) | true | true",
                "super | super | true | true",
                "varchar(9) | geometry | false | false",
                "geometry | varchar(9) | false | true",
                "geometry | geometry | true | true",
                "geometry | geography | false | false"
            })
    void valuesAreCarriedAsTheyAreOrNotAtAll(String from, String to, boolean byInsert, boolean byCopy) {
        Assignment values = new Assignment(from, to);
        assertThat(values.keptByInsert()).isEqualTo(byInsert);
        assertThat(values.keptByCopy()).isEqualTo(byCopy);
    }

    @Test
    void aTableMadeFromASchemaIsReadBackAsOfThatSchema() throws Exception {
        List<String> types = List.of(
                "smallint",
                "integer",
                "bigint",
                "real",
                "double precision",
                "decimal(18,4)",
                "decimal(38,0)",
                "boolean",
                "date",
                "timestamp",
                "timestamptz",
                "time",
                "timetz",
                "char(7)",
                "varchar(20)",
                "varchar(65535)",
                "varbyte(64000)",
                "super");
        TestWarehouse warehouse = new TestWarehouse();
        try (WarehouseSession session = WarehouseSession.open(warehouse.connection(), "tofro:test")) {
            for (String type : types) {
                Schema schema = new Schema(List.of(new Column("c", type, "?")));
                TableName table = TableName.of("public", TestWarehouse.fresh("typed"));
                session.execute(TableShape.create(table, schema, List.of()));
                TableShape shape = TableShape.read(session, table).orElseThrow();
                assertThat(shape.isOf(schema))
                        .as(type + " is read back as " + shape.columns())
                        .isTrue();
            }
        }
    }
}
