package org.tofro.connect.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.cli.GoldenFile;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.jdbc.mysql.MysqlMatrix;
import org.tofro.connect.staging.CsvDecoder;
import org.tofro.connect.staging.StagingArea;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.connect.types.Conversions;
import org.tofro.connect.types.MatrixRow;
import org.tofro.connect.types.SourceType;
import org.tofro.data.RedshiftType;
import org.tofro.data.RedshiftType.Kind;
import org.tofro.data.StagedFiles;

/** {@code docs/types.md}: the words of {@code types-page.md} beside this test, and the matrix as a real server has it. */
final class TypesPageTest {
    private static final Path PAGE = Path.of("docs/types.md");
    private static final Path WORDS = Path.of("src/test/resources/org/tofro/connect/jdbc/types-page.md");

    private static SourceDatabase database;

    @TempDir
    static Path folder;

    @BeforeAll
    static void start() throws Exception {
        database = SourceDatabase.start();
        database.execute(MatrixType.OWN_TYPES);
        database.execute("ALTER DATABASE postgres SET lc_monetary TO 'C'");
        String columns = MatrixType.ALL.stream()
                .map(type -> type.column() + " " + type.ddl())
                .collect(Collectors.joining(", "));
        String examples = MatrixType.ALL.stream().map(MatrixType::example).collect(Collectors.joining(", "));
        database.execute("CREATE TABLE types (" + columns + "); INSERT INTO types VALUES (" + examples + ")");
    }

    @AfterAll
    static void stop() throws Exception {
        database.close();
    }

    @Test
    void thePageSaysWhatTheProgramDoes() throws Exception {
        GoldenFile.check(
                PAGE,
                Files.readString(WORDS)
                        .replace("<!-- matrix -->\n", matrix())
                        .replace("<!-- mysql -->\n", MysqlMatrix.markdown(folder)));
    }

    private static String matrix() throws Exception {
        Map<String, SourceType> types = database.types("types");
        List<String> examples = staged(types);
        StringBuilder matrix = new StringBuilder("""
                | PostgreSQL | a value as staged | Redshift | what fails | as text it always fits | other types |
                |---|---|---|---|---|---|
                """);
        for (int i = 0; i < MatrixType.ALL.size(); i++) {
            MatrixType type = MatrixType.ALL.get(i);
            matrix.append(row(type, types.get(type.column()), examples.get(i)));
        }
        return matrix.toString();
    }

    private static String row(MatrixType type, SourceType source, String example) {
        return MatrixRow.of("`%s`%s".formatted(type.ddl(), meaning(type)), example, source);
    }

    private static String meaning(MatrixType type) {
        return switch (type.ddl()) {
            case "mood" -> ", an enum";
            case "short" -> ", a domain over `varchar(3)`";
            case "positive" -> ", a domain over `integer`";
            case "pair" -> ", a composite type";
            default -> "";
        };
    }

    /** What the page's words say of all types at once. */
    @Test
    void everyTypeMayBeTextAndEveryStringBytes() throws Exception {
        for (SourceType source : database.types("types").values()) {
            boolean string = source.family() == SourceType.Family.TEXT || source.family() == SourceType.Family.BYTES;
            for (Kind kind : List.of(Kind.CHAR, Kind.VARCHAR, Kind.VARBYTE, Kind.SUPER)) {
                assertThat(Conversions.of(source, MatrixRow.small(kind)))
                        .as(source.ddl() + " as " + kind)
                        .matches(
                                found -> found.isPresent() == (kind != Kind.SUPER && (kind != Kind.VARBYTE || string)));
            }
        }
    }

    /** The examples as they stand in the staged file. */
    private static List<String> staged(Map<String, SourceType> types) throws IOException {
        ColumnChoice[] choices = MatrixType.ALL.stream()
                .map(type -> new ColumnChoice(
                        type.column(), null, types.get(type.column()).target() == null ? "decimal(38,10)" : null))
                .toArray(ColumnChoice[]::new);
        try (StagingArea area = SourceDatabase.folder(folder)) {
            StagedFiles files =
                    new Extract(area).run(database.table("types", choices), new ExtractProgress(), new Cancellation());
            try (InputStream in = area.open(files.files().get(0));
                    CsvDecoder decoder =
                            CsvDecoder.open(in, files.files().get(0).uri(), files.nullMarker())) {
                List<byte[]> row = decoder.next();
                return IntStream.range(0, row.size())
                        .mapToObj(i -> cell(
                                new String(row.get(i), StandardCharsets.UTF_8),
                                RedshiftType.parse(
                                                files.schema().columns().get(i).type())
                                        .orElseThrow()
                                        .kind()
                                        .quoted()))
                        .toList();
            }
        }
    }

    private static String cell(String value, boolean quoted) {
        String text = quoted ? "\"" + value.replace("\"", "\"\"") + "\"" : value;
        return "`" + text.replace("|", "\\|") + "`";
    }
}
