package org.tofro.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * An hourly pipeline has missed three days. They are made up for by a backfill that is killed in the middle and started
 * again while cron calls: each hour is done once.
 */
@Tag("slow")
class OutageTest {
    private static final String INCREMENTAL = """
            schedule: 5 * * * *
            steps:
            - {name: extract, type: extract-from-rds, connection: host_db_1, database: master, table: hourly,
               incremental: {cursor: seen}}
            - {name: load, type: load-into-staging-table, table: staging.NAME}
            - {name: publish, type: upsert, source: staging.NAME, destination: prod.NAME, primary_key: id}
            """;

    /** What is read twice would be there twice. */
    private static final String APPENDED = """
            schedule: 5 * * * *
            steps:
            - name: extract
              type: extract-from-rds
              connection: host_db_1
              database: master
              sql: SELECT * FROM hourly WHERE seen >= ${interval.start} AND seen < ${interval.end}
            - {name: load, type: load-into-staging-table, table: staging.NAME}
            - {name: publish, type: append, source: staging.NAME, destination: prod.NAME}
            """;

    private static Workplace place;

    @BeforeAll
    static void make() throws Exception {
        place = Workplace.make("outage", "events", 60);
        place.source()
                .execute("CREATE TABLE hourly AS SELECT i AS id, 'note ' || i AS note,"
                        + " timestamp '2026-11-01' + i * interval '3 minutes' AS seen FROM generate_series(0, 1999) i;"
                        + " CREATE INDEX ON hourly (seen)");
    }

    @AfterAll
    static void close() throws Exception {
        place.close();
    }

    @ParameterizedTest
    @CsvSource({"incremental", "appended"})
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void eachHourIsDoneOnce(String name) throws Exception {
        place.write(name, (name.equals("appended") ? APPENDED : INCREMENTAL).replace("NAME", name));
        place.run(0, "run", name, "--date", "2026-11-01T00").close();
        String[] backfill = {"run", name, "--from", "2026-11-01T01", "--to", "2026-11-04T01"};

        int killedAt;
        try (Program first = place.start(backfill)) {
            first.await(Pattern.compile("^run " + name + "-20261102T0[0-9]00-backfill$", Pattern.MULTILINE), 600);
            try (Program cron = place.run(75, "run", name, "--date", "2026-11-04T01")) {
                assertThat(cron.err()).contains("pipeline '" + name + "' is running");
            }
            first.signal("KILL");
            assertThat(first.exitCode(10)).isEqualTo(128 + 9);
            killedAt = first.err().split("-backfill\n").length - 1;
        }
        assertThat(killedAt).isBetween(20, 71);
        try (Program second = place.start(backfill)) {
            // The lease is taken by then.
            second.await(Pattern.compile("^extract: started$", Pattern.MULTILINE), 120);
            place.run(75, "run", name, "--date", "2026-11-04T01").close();
            assertThat(second.exitCode(900)).as(second.said()).isZero();
            assertThat(second.err()).containsPattern("backfill: \\d+ of 72 intervals run, \\d+ were done already\n");
        }

        String until = " WHERE seen < '2026-11-04 01:00'";
        assertThat(place.warehouse()
                        .column("SELECT id || ' ' || note || ' ' || seen FROM prod." + name + " ORDER BY id"))
                .isEqualTo(place.source()
                        .column("SELECT id || ' ' || note || ' ' || seen FROM hourly" + until + " ORDER BY id"));
        String ledger = place.warehouse()
                .column("SELECT tablename FROM pg_tables WHERE tablename LIKE 'ledger_prod_" + name + "%'")
                .get(0);
        assertThat(place.warehouse()
                        .column("SELECT count(*) || ' ' || count(DISTINCT run) FROM tofro." + ledger
                                + " WHERE run LIKE '%backfill'"))
                .isEqualTo(List.of("72 72"));

        place.run(0, "run", name, "--date", "2026-11-04T01").close();
        assertThat(place.warehouse().column("SELECT count(*)::text FROM prod." + name))
                .isEqualTo(place.source().column("SELECT count(*)::text FROM hourly WHERE seen < '2026-11-04 02:00'"));
        if (name.equals("incremental")) {
            assertThat(place.warehouse()
                            .column("SELECT watermark FROM tofro." + ledger
                                    + " WHERE watermark LIKE '[%' ORDER BY place"))
                    .isEqualTo(List.of("[/2026-11-01 01:00:00)", "[2026-11-01 01:00:00/2026-11-04 02:00:00)"));
        }
    }
}
