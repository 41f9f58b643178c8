package org.tofro.connect.jdbc.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names that MySQL 8 took for words of its own get quotes, and its own words do not. */
class ReservedWordsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "SELECT instructor_id, course_id, rank FROM t | SELECT instructor_id, course_id, `rank` FROM t",
                "SELECT t.Rank AS lead FROM t ORDER BY rank | SELECT t.`Rank` AS `lead` FROM t ORDER BY `rank`",
                "SELECT rank() OVER (ORDER BY rank) AS rank FROM t | SELECT rank() OVER (ORDER BY `rank`) AS `rank` FROM t",
                "SELECT sum(a) OVER (ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t | =",
                "SELECT sum(a) OVER (ORDER BY b ROWS UNBOUNDED PRECEDING) FROM t | =",
                "SELECT sum(a) OVER (ORDER BY b ROWS 3 PRECEDING) FROM t | =",
                "SELECT rows, `system`, system FROM groups | SELECT `rows`, `system`, `system` FROM `groups`",
                "SELECT 'rank', \"rank\" # rank | =",
                "SELECT 'it\\'s rank', rank -- rank | SELECT 'it\\'s rank', `rank` -- rank",
                "SELECT 1 /* rank */ , `rank` FROM ranking | =",
            })
    void quotes(String sql, String quoted) {
        assertThat(ReservedWords.quoted(sql)).isEqualTo(quoted.equals("=") ? sql : quoted);
        assertThat(ReservedWords.quoted(ReservedWords.quoted(sql))).isEqualTo(ReservedWords.quoted(sql));
    }
}
