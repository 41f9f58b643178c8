package org.tofro.connect.jdbc.mysql;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.tofro.connect.jdbc.Extract;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.connect.types.MatrixRow;
import org.tofro.local.LocalMysql;

/** The matrix of MySQL's types in {@code docs/types.md}, from a real server. */
public final class MysqlMatrix {
    /** A type as a table's definition has it, and a value of it as SQL. */
    private record Type(String ddl, String example) {}

    private static final List<Type> ALL = List.of(
            new Type("tinyint", "-128"),
            new Type("tinyint(1)", "1"),
            new Type("tinyint unsigned", "255"),
            new Type("smallint", "-32768"),
            new Type("smallint unsigned", "65535"),
            new Type("mediumint", "-8388608"),
            new Type("int", "-2147483648"),
            new Type("int unsigned", "4294967295"),
            new Type("int(8) unsigned zerofill", "42"),
            new Type("bigint", "-9223372036854775808"),
            new Type("bigint unsigned", "18446744073709551615"),
            new Type("bit(1)", "b'1'"),
            new Type("bit(9)", "b'101010101'"),
            new Type("bit(64)", "x'ffffffffffffffff'"),
            new Type("decimal(38,10)", "0.0000000001"),
            new Type("decimal(19,4)", "999999999999999.9999"),
            new Type("decimal(65,30)", "1.5"),
            new Type("float", "16777217"),
            new Type("float(7,2)", "1.1"),
            new Type("double", "0.1"),
            new Type("double(10,3)", "0.1"),
            new Type("date", "'2024-02-29'"),
            new Type("datetime", "'9999-12-31 23:59:59'"),
            new Type("datetime(6)", "'2024-02-29 12:34:56.000001'"),
            new Type("timestamp(6) null", "'2024-02-29 12:34:56.000001'"),
            new Type("time(6)", "'23:59:59.999999'"),
            new Type("year", "2024"),
            new Type("char(5)", "'abc '"),
            new Type("varchar(20)", "'\\\\N \"quoted\"'"),
            new Type("varchar(20) character set latin1", "'\u20ac'"),
            new Type("tinytext", "'text'"),
            new Type("text", "'\ud83d\ude00'"),
            new Type("longtext", "'text'"),
            new Type("enum('so, so','fine')", "'so, so'"),
            new Type("set('a','b')", "'a,b'"),
            new Type("json", "'{\"a\": 1.50}'"),
            new Type("uuid", "'123e4567-e89b-12d3-a456-426655440000'"),
            new Type("inet6", "'::1'"),
            new Type("binary(4)", "x'00ff'"),
            new Type("varbinary(10)", "x'00ff'"),
            new Type("blob", "x'00ff'"),
            new Type("geometry", "Point(1, 2)"));

    private MysqlMatrix() {}

    /** The table, in Markdown. */
    public static String markdown(Path folder) throws Exception {
        MysqlSource source = MysqlSource.of(LocalMysql.shared());
        source.execute(
                "CREATE TABLE types ("
                        + IntStream.range(0, ALL.size())
                                .mapToObj(i -> "c" + i + " " + ALL.get(i).ddl())
                                .collect(Collectors.joining(", "))
                        + ")",
                "INSERT INTO types VALUES (" + ALL.stream().map(Type::example).collect(Collectors.joining(", ")) + ")");
        Map<String, MysqlType> types = types(source);
        ColumnChoice[] choices = types.entrySet().stream()
                .map(column -> new ColumnChoice(
                        column.getKey(), null, column.getValue().target() == null ? named(column.getValue()) : null))
                .toArray(ColumnChoice[]::new);
        List<String> values = List.of(
                MysqlSource.rows(folder, source.table("types", choices)).get(0).split("\t", -1));
        List<String> fidelity = Extract.plan(source.table("types", choices)).fidelity();
        StringBuilder matrix = new StringBuilder("""
                | MySQL | a value as staged | Redshift | what fails | as text it always fits | other types |
                |---|---|---|---|---|---|
                """);
        for (int i = 0; i < ALL.size(); i++) {
            boolean quoted = fidelity.get(i).contains("staged in quotes");
            matrix.append(row(
                    ALL.get(i),
                    types.get("c" + i),
                    quoted ? '"' + values.get(i).replace("\"", "\"\"") + '"' : values.get(i)));
        }
        return matrix.toString();
    }

    private static String named(MysqlType type) {
        return type.name().equals("geometry") ? "varbyte(1024000)" : "decimal(38,10)";
    }

    private static Map<String, MysqlType> types(MysqlSource source) throws Exception {
        try (MysqlSession session =
                (MysqlSession) new MysqlServer(source.mysql().connection(), ZeroDates.FAIL)
                        .open(source.table("types"), java.time.Duration.ofSeconds(10))) {
            return MysqlColumns.byName(MysqlColumns.of(session, "SELECT * FROM types LIMIT 0"));
        }
    }

    private static String row(Type type, MysqlType source, String value) {
        return MatrixRow.of("`" + type.ddl() + "`", "`" + value.replace("|", "\\|") + "`", source);
    }
}
