package org.tofro.connect.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.cli.GoldenFile;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.staging.CsvDecoder;
import org.tofro.connect.staging.StagingArea;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.connect.types.Conversion;
import org.tofro.connect.types.Conversions;
import org.tofro.connect.types.SourceType;
import org.tofro.connect.types.ValueCheck;
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
        GoldenFile.check(PAGE, Files.readString(WORDS).replace("<!-- matrix -->\n", matrix()));
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
        Optional<RedshiftType> own = Optional.ofNullable(source.target());
        String target = own.map(found -> "`" + found.ddl() + "`").orElse("needs `columns: type`");
        String fails = own.flatMap(found -> Conversions.of(source, found))
                .map(Conversion::check)
                .map(ValueCheck::fails)
                .orElse("");
        String text = source.widest() == 0 ? "" : "`varchar(" + source.widest() + ")`";
        String others = Arrays.stream(Kind.values())
                .filter(kind -> !kind.quoted())
                .filter(kind -> kind == Kind.DECIMAL
                        || own.filter(found -> found.kind() == kind).isEmpty())
                .map(kind -> other(source, kind))
                .flatMap(Optional::stream)
                .collect(Collectors.joining(", "));
        return "| `%s`%s | %s | %s | %s | %s | %s |\n"
                .formatted(type.ddl(), meaning(type), example, target, fails, text, others);
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

    /** A type that may be named, small enough for all that can fail in it to fail. */
    private static Optional<String> other(SourceType source, Kind kind) {
        RedshiftType small = small(kind);
        return Conversions.of(source, small)
                .map(conversion -> "`" + small.ddl().replace("(2,1)", "(p,s)") + "`" + failing(conversion));
    }

    private static String failing(Conversion conversion) {
        ValueCheck check = conversion.check();
        return check == null
                ? ""
                : check.kinds().stream().map(ValueCheck.Kind::brief).collect(Collectors.joining(", ", " (", ")"));
    }

    private static RedshiftType small(Kind kind) {
        return switch (kind) {
            case DECIMAL -> RedshiftType.decimal(2, 1);
            case CHAR, VARCHAR, VARBYTE -> new RedshiftType(kind, 1, 0);
            default -> RedshiftType.of(kind);
        };
    }

    /** What the page's words say of all types at once. */
    @Test
    void everyTypeMayBeTextAndEveryStringBytes() throws Exception {
        for (SourceType source : database.types("types").values()) {
            boolean string = source.family() == SourceType.Family.TEXT || source.family() == SourceType.Family.BYTES;
            for (Kind kind : List.of(Kind.CHAR, Kind.VARCHAR, Kind.VARBYTE, Kind.SUPER)) {
                assertThat(Conversions.of(source, small(kind)))
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
