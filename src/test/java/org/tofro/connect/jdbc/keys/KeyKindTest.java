package org.tofro.connect.jdbc.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Scale;

/** Values between two others. */
class KeyKindTest {
    @Property
    void numbersLieBetween(@ForAll long a, @ForAll long b) {
        BigInteger low = BigInteger.valueOf(Math.min(a, b));
        BigInteger high = BigInteger.valueOf(Math.max(a, b));
        List<String> between = KeyKind.INTEGER.between(low.toString(), high.toString(), 7);
        assertThat(between).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(7);
        assertThat(between.stream().map(BigInteger::new))
                .isSorted()
                .allMatch(n -> n.compareTo(low) > 0 && n.compareTo(high) < 0);
    }

    @Property
    void decimalsLieBetween(@ForAll @Scale(10) BigDecimal a, @ForAll @Scale(4) BigDecimal b) {
        List<String> between =
                KeyKind.DECIMAL.between(a.min(b).toPlainString(), a.max(b).toPlainString(), 3);
        assertThat(between.stream().map(BigDecimal::new))
                .allMatch(n -> n.compareTo(a.min(b)) > 0 && n.compareTo(a.max(b)) < 0);
        assertThat(between).hasSize(a.compareTo(b) == 0 ? 0 : 3);
    }

    @Property
    void textsNeverHoldWhatAServerRefuses(@ForAll String a, @ForAll String b) {
        assertThat(KeyKind.TEXT.between(a, b, 9))
                .allMatch(text -> text.indexOf('\0') < 0)
                .noneMatch(a::equals)
                .allMatch(text -> text.codePoints().noneMatch(c -> c >= 0xd800 && c < 0xe000));
    }

    @Example
    void textsShareTheirBeginning() {
        assertThat(KeyKind.TEXT.between("user-100", "user-900", 3))
                .allMatch(text -> text.matches("user-[1-9].*"))
                .hasSize(3)
                .isSorted();
        assertThat(KeyKind.TEXT.between("0", "f", 3)).hasSize(3).isSorted();
        assertThat(KeyKind.TEXT.between("\u4e00", "\u9fff", 3)).hasSize(3).isSorted();
    }

    @Example
    void moments() {
        assertThat(KeyKind.DATE.between("2020-02-28", "2020-03-03", 3))
                .containsExactly("2020-02-29", "2020-03-01", "2020-03-02");
        assertThat(KeyKind.DATE.between("0002-12-31 BC", "0001-01-02", 1)).containsExactly("0001-07-02 BC");
        assertThat(KeyKind.TIMESTAMP.between("2020-01-01 00:00:00+00", "2020-01-03 00:00:00.000002+00", 1))
                .containsExactly("2020-01-02 00:00:00.000001");
        assertThat(KeyKind.TIMESTAMP.between("0001-01-01 00:00:00 BC", "12020-01-01 00:00:00", 1))
                .containsExactly("6009-12-31 12:00:00.000000");
        assertThat(KeyKind.DATE.between("2020-01-01", "infinity", 3)).isEmpty();
        assertThat(KeyKind.DECIMAL.between("1.5", "NaN", 3)).isEmpty();
    }

    @Example
    void uuids() {
        assertThat(KeyKind.UUID.between(
                        "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", 3))
                .containsExactly(
                        "3fffffff-ffff-ffff-ffff-ffffffffffff",
                        "7fffffff-ffff-ffff-ffff-ffffffffffff",
                        "bfffffff-ffff-ffff-ffff-ffffffffffff");
    }
}
