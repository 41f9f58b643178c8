package org.tofro.connect.rds;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InsertQueryTest {
    @Test
    void onlyPlacesOutsideOfTextCount() {
        InsertQuery query = InsertQuery.parse(
                        "INSERT INTO \"what?\" (a, `b?`) -- why?\nVALUES (?, lower(?) || '?)''') /* ? */;  ")
                .orElseThrow();

        assertThat(query.places()).isEqualTo(2);
        assertThat(query.plain()).isFalse();
        assertThat(query.forRows(2))
                .isEqualTo("INSERT INTO \"what?\" (a, `b?`) -- why?\n"
                        + "VALUES (?, lower(?) || '?)'''), (?, lower(?) || '?)''') /* ? */");
    }

    @Test
    void whatFollowsTheValuesStaysBehindThem() {
        InsertQuery query = InsertQuery.parse("insert into t values (?,?) on conflict do nothing")
                .orElseThrow();

        assertThat(query.plain()).isFalse();
        assertThat(query.forRows(3)).isEqualTo("insert into t values (?,?), (?,?), (?,?) on conflict do nothing");
        assertThat(InsertQuery.parse("INSERT INTO t (a)\nVALUES (?)")
                        .orElseThrow()
                        .plain())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO t SELECT ?, ? FROM u",
                "INSERT INTO t VALUES (?, 1), (?, 2)",
                "INSERT INTO t VALUES (?) ON CONFLICT (a) DO UPDATE SET b = ?",
            })
    void whereThereIsNoListToRepeatRowsGoOneByOne(String sql) {
        assertThat(InsertQuery.parse(sql).orElseThrow().group()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "INSERT INTO t VALUES (1)",
                "INSERT INTO t VALUES ('?')",
                "INSERT INTO t VALUES (?); DELETE FROM t",
                "UPDATE t SET a = ?",
                "INSERT INTO t VALUES (?",
            })
    void othersAreRefused(String sql) {
        assertThat(InsertQuery.parse(sql)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO t VALUES (?) ON CONFLICT (a) DO NOTHING",
                "insert into t values (?) on duplicate key update b = 1",
                "REPLACE INTO t VALUES (?)",
                "INSERT IGNORE INTO t VALUES (?)",
                "INSERT INTO t SELECT ? WHERE NOT EXISTS (SELECT 1 FROM t)"
            })
    void itMaySayWhatBecomesOfRowsThatAreThere(String sql) {
        assertThat(InsertQuery.parse(sql).orElseThrow().settles()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO t VALUES (?)",
                "INSERT INTO t VALUES (?, 'ON CONFLICT')",
                "INSERT INTO t SELECT replace(?, 'a', 'b') -- on conflict",
                "INSERT INTO `not exists` VALUES (?)"
            })
    void whereItDoesNotRowsMayBeDoubled(String sql) {
        assertThat(InsertQuery.parse(sql).orElseThrow().settles()).isFalse();
    }
}
