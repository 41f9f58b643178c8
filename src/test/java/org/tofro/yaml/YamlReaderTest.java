package org.tofro.yaml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.tofro.problem.Problem;
import org.tofro.problem.Problems;
import org.tofro.problem.SourceText;
import org.tofro.problem.Span;
import org.tofro.yaml.Node.Entries;
import org.tofro.yaml.Node.Entry;
import org.tofro.yaml.Node.Items;
import org.tofro.yaml.Node.Scalar;

class YamlReaderTest {
    private final Problems problems = new Problems();

    private YamlReader.Document read(String text) {
        return YamlReader.read("a.yaml", text.getBytes(UTF_8), problems);
    }

    private Entry entry(String text) {
        Entries root = (Entries) read(text).root();
        assertThat(problems.all()).isEmpty();
        return root.entries().get(root.entries().size() - 1);
    }

    private static Span span(int line, int column, int length) {
        return new Span("a.yaml", line, column, length);
    }

    @Example
    void everyValueKnowsWhereItStands() {
        Entry entry = entry("steps:\r\n- type: 'x y'\r\n");
        Entries step = (Entries) ((Items) entry.value()).items().get(0);

        assertThat(entry.keySpan()).isEqualTo(span(1, 1, 5));
        assertThat(step.span()).isEqualTo(span(2, 3, 11));
        assertThat(step.entries().get(0).keySpan()).isEqualTo(span(2, 3, 4));
        assertThat(step.entries().get(0).value()).isEqualTo(new Scalar("x y", false, span(2, 9, 5), "'x y'"));
    }

    @Example
    void anAliasStandsWhereItsAnchorDoes() {
        Entry entry = entry("first: &name \"🎓\" \nsecond: *name\n");

        assertThat(entry.key()).isEqualTo("second");
        assertThat(entry.value()).isEqualTo(new Scalar("🎓", false, span(1, 14, 3), "\"🎓\""));
    }

    @Example
    void scalarsKeepTheirText() {
        for (String text :
                List.of("no", "on", "y", "12:30", "0o14", "0x1F", "1_000", "1e3", ".inf", "2026-11-23", "007")) {
            Entry entry = entry("value: " + text + "\n");

            assertThat(((Scalar) entry.value()).text()).isEqualTo(text);
            assertThat(((Scalar) entry.value()).isNull()).isFalse();
        }
    }

    @Example
    void onlyPlainNullsAreNothing() {
        for (String text : List.of("", "~", "null")) {
            assertThat(((Scalar) entry("value: " + text + "\n").value()).isNull())
                    .isTrue();
            assertThat(((Scalar) entry("value: '" + text + "'\n").value()).isNull())
                    .isFalse();
        }
    }

    @Example
    void anOwnKeyWinsOverAMergedOneAndAnEarlierMergeOverALater() {
        Entry entry = entry("a: &a {x: 1, y: 1}\nb: &b {x: 2, y: 2, z: 2}\nc: {x: 3, <<: [*a, *b]}\n");

        assertThat(((Entries) entry.value()).entries())
                .extracting(one -> one.key() + ((Scalar) one.value()).text())
                .containsExactly("x3", "y1", "z2");
    }

    @Example
    void aPartOfABlockIsFoundInItsLine() {
        Scalar block = (Scalar)
                entry("sql: |\n  SELECT 1\n  FROM ${var:x}, ${var:x}\n").value();

        assertThat(block.text()).isEqualTo("SELECT 1\nFROM ${var:x}, ${var:x}\n");
        assertThat(block.within("${var:x}", 0)).isEqualTo(span(3, 8, 8));
        assertThat(block.within("${var:x}", 1)).isEqualTo(span(3, 18, 8));
        assertThat(block.within("${var:y}", 0)).isEqualTo(block.span());
    }

    @Example
    void aFileOfTenMegabytesIsRefused() {
        byte[] bytes = new byte[10_000_000];
        Arrays.fill(bytes, (byte) '#');

        assertThat(YamlReader.read("a.yaml", bytes, problems).root()).isNull();
        assertThat(problems.all())
                .containsExactly(new Problem(
                        span(1, 1, 1),
                        "the file is longer than 1 MiB, the most that Tofro reads; split it into several files",
                        false));
    }

    @Example
    void aFileOfTheGreatestLengthIsRead() {
        String text = "a: 1\n" + "#".repeat(YamlReader.LONGEST_FILE - 6) + "\n";

        assertThat(entry(text).key()).isEqualTo("a");
    }

    @Example
    void aMissingFileAndAFolderAreProblems() {
        YamlReader.read(Path.of("no/such/file.yaml"), problems);
        YamlReader.read(Path.of("src"), problems);

        assertThat(problems.all())
                .containsExactly(
                        new Problem(Span.startOf("no/such/file.yaml"), "there is no such file"),
                        new Problem(Span.startOf("src"), "it is not readable: it is a folder"));
    }

    @Property(tries = 2000)
    void noBytesMakeItThrow(@ForAll byte[] bytes) {
        readsOrReports(bytes);
    }

    @Property(tries = 3000)
    void noTextMakesItThrow(@ForAll("yamlLike") String text) {
        readsOrReports(text.getBytes(UTF_8));
    }

    private void readsOrReports(byte[] bytes) {
        Problems found = new Problems();
        YamlReader.Document document = YamlReader.read("a.yaml", bytes, found);

        assertThat(document.root() != null || !found.isEmpty()).isTrue();
        SourceText source = document.source();
        if (document.root() != null) {
            assertThat(document.root().span().line()).isBetween(1, source.lines());
        }
    }

    /** Texts of the signs that mean something in YAML, which random characters would seldom meet. */
    @Provide
    Arbitrary<String> yamlLike() {
        return Arbitraries.of(
                        "a",
                        "b: ",
                        ": ",
                        "- ",
                        "\n",
                        "\r\n",
                        "  ",
                        "\t",
                        "&x ",
                        "*x",
                        "<<: ",
                        "[",
                        "]",
                        "{",
                        "}",
                        ", ",
                        "'",
                        "\"",
                        "|",
                        ">",
                        "? ",
                        "!t ",
                        "!!int ",
                        "#",
                        "---\n",
                        "...\n",
                        "%YAML 1.1\n",
                        "\\",
                        "🎓",
                        "\u0085",
                        "\u2028",
                        "\u0000",
                        "~",
                        "12:30",
                        "no",
                        "steps:\n",
                        "${x}")
                .list()
                .ofMaxSize(40)
                .map(parts -> String.join("", parts));
    }
}
