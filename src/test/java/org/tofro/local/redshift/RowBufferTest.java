package org.tofro.local.redshift;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;

class RowBufferTest {
    private final RowBuffer rows = new RowBuffer();

    private String sent() throws IOException {
        String[] sent = {""};
        rows.flush((bytes, length) -> {
            sent[0] = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
            return true;
        });
        return sent[0];
    }

    private void value(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        rows.value(bytes, 0, bytes.length);
    }

    @Test
    void escapesWhatCannotStandForItself() throws IOException {
        value("a\\b\tc\nd\re");
        rows.nothing();
        value("");
        rows.endRow();
        value("\\N");
        rows.endRow();
        assertThat(sent()).isEqualTo("a\\\\b\\tc\\nd\\re\t\\N\t\n\\\\N\n");
        assertThat(sent()).isEmpty();
    }

    @Test
    void bytesAreDigitsBehindTheirSign() throws IOException {
        rows.hex("xx00fFx".getBytes(StandardCharsets.ISO_8859_1), 2, 6);
        rows.endRow();
        assertThat(sent()).isEqualTo("\\\\x00fF\n");
    }

    @Test
    void forgetsARowThatIsCut() throws IOException {
        value("kept");
        rows.endRow();
        int mark = rows.size();
        value("left out");
        rows.cut(mark);
        assertThat(sent()).isEqualTo("kept\n");
    }

    @Provide
    Arbitrary<List<String>> values() {
        Arbitrary<String> bytes =
                Arbitraries.strings().withCharRange('\0', '\u00ff').ofMaxLength(30);
        Arbitrary<String> sharp = Arbitraries.strings().withChars("\\\n\r\tN").ofMaxLength(10);
        Arbitrary<String> large = Arbitraries.of("\\", "x").map(unit -> unit.repeat(200_000));
        return Arbitraries.frequencyOf(Tuple.of(20, bytes), Tuple.of(20, sharp), Tuple.of(1, large))
                .list()
                .ofMinSize(1)
                .ofMaxSize(10);
    }

    @Property(tries = 300)
    void anyValueIsWrittenAsPostgresReadsIt(@ForAll("values") List<String> values) throws IOException {
        values.forEach(this::value);
        rows.endRow();
        String row = String.join(
                        "\t",
                        values.stream()
                                .map(value -> value.replace("\\", "\\\\")
                                        .replace("\t", "\\t")
                                        .replace("\n", "\\n")
                                        .replace("\r", "\\r"))
                                .toList())
                + "\n";
        assertThat(sent()).isEqualTo(row);
    }
}
