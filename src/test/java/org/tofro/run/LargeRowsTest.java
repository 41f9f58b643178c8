package org.tofro.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is reckoned to be held of rows, against what was measured by {@code scripts/bench largerows}. */
class LargeRowsTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "one integer, 1, 2.8, 164",
        "ten integers, 10, 31.1, 428",
        "ten decimals, 10, 0.02, 1180",
        "'a timestamp, a date, a time', 3, 1.7, 490",
        "64 hexadecimal digits, 1, 18.9, 545",
        "ten texts alike, 10, 0.04, 1030",
        "assessments, 4, 3.6, 189",
    })
    void isRightByAFactorOfTwoAndAHalf(String shape, int columns, double staged, double measured) {
        double reckoned = LargeRows.onHeap(100_000, columns, (long) (staged * 100_000)) / 100_000.0;

        assertThat(reckoned / measured).isBetween(0.5, 2.5);
    }
}
