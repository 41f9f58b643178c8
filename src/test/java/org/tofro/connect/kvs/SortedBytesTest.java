package org.tofro.connect.kvs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tofro.data.RedshiftType;

/** Bytes that are compared without sign stand for the order of values. */
class SortedBytesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "bigint; -9223372036854775808 -10 -9 -1 0 1 9 10 9223372036854775807",
                "double precision; -Infinity -1.5e300 -10 -9.5 -5e-324 0 5e-324 9.5 10 Infinity NaN",
                "decimal(38,2); -999999999999999999999999999999999999.99 -1.01 -1.00 0.00 0.01 1.00 10.00",
                "varchar(20); A B a aa ab b \u00e9 \uffee",
                "boolean; f t",
                "date; 0001-01-01 1969-12-31 2026-11-28",
            })
    void isTheOrderOfTheValues(String type, String ascending) {
        RedshiftType of = RedshiftType.parse(type).orElseThrow();
        List<byte @Nullable []> values = new ArrayList<>();
        for (String text : ascending.strip().split(" ")) {
            values.add(text.getBytes(StandardCharsets.UTF_8));
        }
        values.add(null);

        assertOrdered(of, values, false);
        Collections.reverse(values);
        assertOrdered(of, values, true);
    }

    private static void assertOrdered(RedshiftType type, List<byte @Nullable []> values, boolean descending) {
        List<byte[]> ordered = new ArrayList<>();
        SortedBytes order = new SortedBytes();
        for (byte[] value : values) {
            if (value == null) {
                order.nothing(descending);
            } else {
                order.add(type, value, descending);
            }
            // What stands behind must not matter to what is different before it.
            order.text(new byte[] {(byte) (0x7f - ordered.size())});
            ordered.add(order.take());
        }
        for (int i = 1; i < ordered.size(); i++) {
            assertThat(Arrays.compareUnsigned(ordered.get(i - 1), ordered.get(i)))
                    .as("place %d", i)
                    .isNegative();
        }
    }
}
