package org.tofro.connect.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectShapeTest {
    @Test
    void aSelectIsPartedIntoWhatItSays() throws Exception {
        assertThat(SelectShape.parse("""
                select a, "B c", toUnixTimestamp(d) AS e, m['from'] -- from x
                from Ks."T t" /* where */ where "x" = 'limit 5; order' AND y IN (1, 2)
                PER PARTITION LIMIT 3 allow filtering ;"""))
                .isEqualTo(new SelectShape(
                        "a, \"B c\", toUnixTimestamp(d) AS e, m['from']",
                        "ks",
                        "T t",
                        "\"x\" = 'limit 5; order' AND y IN (1, 2)",
                        "3",
                        true));
        assertThat(SelectShape.parse("SELECT count FROM t"))
                .isEqualTo(new SelectShape("count", null, "t", null, null, false));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "INSERT INTO t (a) VALUES (1)|it must be one SELECT",
                "SELECT * FROM t|it must not say *: name the columns, or use 'table'",
                "SELECT DISTINCT a FROM t|it must not say DISTINCT: name the columns themselves",
                "SELECT JSON a FROM t|it must not say JSON: name the columns themselves",
                "SELECT a, count(*) FROM t|it must not aggregate by count(...), which would hold for each range by itself: aggregate in the warehouse",
                "SELECT a FROM t LIMIT 5|it must not say LIMIT, which would hold for each range by itself",
                "SELECT a FROM t ORDER BY a|it must not say ORDER BY: staged rows have no order",
                "SELECT a FROM t WHERE b = 1 GROUP BY a|it must not say GROUP BY: group in the warehouse",
                "SELECT a FROM t WHERE token(a) > 5|it must not restrict token(...): the reader does that, range by range",
                "SELECT a FROM t WHERE a = ?|it must not hold '?': values are written out",
                "SELECT a FROM t; DROP TABLE t|it must be SELECT ... FROM ... WHERE ... [PER PARTITION LIMIT n] [ALLOW FILTERING], and not 'DROP'",
                "SELECT a FROM t WHERE|it has no conditions",
                "SELECT a|it must say FROM and a table",
                "SELECT FROM t|it selects nothing"
            })
    void whatCannotBeReadRangeByRangeIsRefused(String cql, String because) {
        assertThatThrownBy(() -> SelectShape.parse(cql)).hasMessage(because);
    }

    @Test
    void conditionsAloneAreConditionsAlone() {
        assertThat(SelectShape.problemOf("a = 'x; y' AND b CONTAINS 3")).isNull();
        assertThat(SelectShape.problemOf("a = 1 ALLOW FILTERING"))
                .isEqualTo("ALLOW FILTERING is said by 'allow_filtering: true'");
        assertThat(SelectShape.problemOf("a = 1; DROP TABLE t"))
                .isEqualTo("it must be conditions alone, joined by AND, and not ';'");
        assertThat(SelectShape.problemOf("a = 1 LIMIT 3"))
                .isEqualTo("it must be conditions alone, joined by AND, and not 'LIMIT'");
        assertThat(SelectShape.problemOf(" ")).isEqualTo("it has no conditions");
    }

    @Test
    void thePartitionKeyIsFoundWhereItIsNamed() {
        assertThat(SelectShape.restricts("KEY = 1", Set.of("key"))).isTrue();
        assertThat(SelectShape.restricts("\"KEY\" = 1", Set.of("key"))).isFalse();
        assertThat(SelectShape.restricts("v = 'key'", Set.of("key"))).isFalse();
        assertThat(SelectShape.restricts(null, Set.of("key"))).isFalse();
    }
}
