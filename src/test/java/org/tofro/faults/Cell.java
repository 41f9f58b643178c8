package org.tofro.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.tofro.cli.Scene;
import org.tofro.local.redshift.Isolation;

/**
 * A write mode under an isolation level: a pipeline and its tables, which every fault meets as they were before.
 *
 * <p>Rows of production from before are partly of the run's day and partly of keys that the source has too, so that each mode
 * leaves something else there.
 */
final class Cell {
    private static final String DAY = "2026-11-23";
    private static final String ROWS_BEFORE = """
            SELECT n, 'before ' || n, timestamp '2026-11-21 12:00' + n / 3 * interval '1 day'
            FROM generate_series(1, 12) AS n""";
    static final String SOURCE = """
            CREATE TABLE items (id integer PRIMARY KEY, name varchar(40), happened timestamp);
            INSERT INTO items SELECT n, CASE WHEN n % 4 = 0 THEN NULL ELSE E'new \\\\ "' || n || '"' END,
                timestamp '2026-11-23 00:00' + n * interval '1 minute'
            FROM generate_series(5, 44) AS n""";

    private final Servers servers;
    private final WriteMode mode;
    private final Isolation isolation;
    private final String schema;
    private final Path pipeline;
    private final List<String> ledgers;
    private final Content undisturbed;

    private int runs;

    /** What stands in both tables, whatever the order. */
    private record Content(List<String> staging, List<String> production) {}

    private Cell(Servers servers, WriteMode mode, Isolation isolation, Path folder) throws Exception {
        this.servers = servers;
        this.mode = mode;
        this.isolation = isolation;
        this.schema = "fm_" + mode.stem() + (isolation == Isolation.SNAPSHOT ? "_a" : "_b");
        this.pipeline = Files.writeString(folder.resolve(schema + ".yaml"), mode.pipeline(schema));
        servers.use(isolation);
        String definition = "CREATE TABLE " + schema + ".prod (id integer, name varchar(400), happened timestamp)";
        Files.writeString(folder.resolve(schema + ".prod.sql"), definition);
        servers.execute("DROP SCHEMA IF EXISTS " + schema + " CASCADE; CREATE SCHEMA " + schema + "; " + definition);
        reset();
        List<String> old = content("prod");
        Scene.Answer answer = run();
        assertThat(answer.code()).as(answer.toString()).isZero();
        this.undisturbed = content();
        assertThat(undisturbed.staging()).hasSize(40);
        assertThat(undisturbed.production()).isNotEqualTo(old);
        this.ledgers =
                servers.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'tofro' AND tablename LIKE 'ledger_"
                        + schema + "_%' ORDER BY 1");
        assertThat(ledgers).as("the tables that a run changes").hasSize(2);
        demandOneRow(answer.run());
    }

    /** Makes the tables and has one undisturbed run, by which all others are measured. */
    static Cell make(Servers servers, WriteMode mode, Isolation isolation, Path folder) throws Exception {
        return new Cell(servers, mode, isolation, folder);
    }

    /** Runs under the fault, and resumes where that is what it comes to; returns how often the fault fired. */
    int meet(InjectedFault fault) throws Exception {
        String context = mode + ", " + isolation + ", " + fault;
        servers.use(isolation);
        reset();
        List<String> before = untouched();
        InjectedFault.Fired fired = fault.run().on(servers);
        Scene.Answer answer = run();
        servers.endWatchers();
        int times = fired.times();
        assertThat(times).as(context + ": how often the fault fired\n" + answer).isPositive();
        servers.clear();
        String said = context + "\n" + answer.out() + answer.err();
        assertThat(answer.out() + answer.err()).as(context).doesNotContain("\tat ", "unexpected");
        demandNobodyLeft(context);
        if (fault.ending() == InjectedFault.Ending.SURVIVES) {
            assertThat(answer.code()).as(said).isZero();
            demandPublished(answer.run(), said);
            return times;
        }
        assertThat(answer.code()).as(said).isEqualTo(1);
        assertThat(answer.err()).as(said).contains("tofro resume " + answer.run());
        boolean published = fault.ending() == InjectedFault.Ending.REPORTS_LATER;
        if (published) {
            demandPublished(answer.run(), said);
            before = untouched();
        }
        assertThat(untouched()).as(said).isEqualTo(before);
        if (fault.resume().isPresent()) {
            InjectedFault.Fired again = fault.resume().get().on(servers);
            demandResumed(answer.run(), said);
            assertThat(again.times())
                    .as(context + ": how often the fault fired in resume")
                    .isPositive();
            times += again.times();
        } else {
            demandResumed(answer.run(), said);
        }
        if (published) {
            assertThat(untouched()).as(said + "\nafter resume").isEqualTo(before);
        }
        return times;
    }

    /** Where no key tells rows apart, each run has a day of its own: another run of a day is refused. */
    private Scene.Answer run() {
        LocalDate day = LocalDate.parse(DAY).minusDays(mode.type().equals("append") ? runs++ : 0);
        return Scene.tofro(
                "run", pipeline.toString(), "--runner", servers.runner().toString(), "--date", day.toString());
    }

    private void demandResumed(String run, String said) throws Exception {
        Scene.Answer answer =
                Scene.tofro("resume", run, "--runner", servers.runner().toString());
        assertThat(answer.code())
                .as(said + "\nresumed: " + answer.out() + answer.err())
                .isZero();
        demandNobodyLeft(said);
        demandPublished(run, said);
    }

    private void demandPublished(String run, String said) throws Exception {
        assertThat(content()).as(said).isEqualTo(undisturbed);
        demandOneRow(run);
        assertThat(servers.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'tofro' AND tablename LIKE 'lease_"
                        + schema + "_%'"))
                .as(said)
                .singleElement()
                .satisfies(lease -> assertThat(servers.rows(
                                "SELECT run FROM tofro." + lease + " WHERE expires_at > now() AT TIME ZONE 'UTC'"))
                        .as("the lease is given back")
                        .isEmpty());
    }

    /** The ledger of each table has one row of the run. */
    private void demandOneRow(String run) throws Exception {
        for (String ledger : ledgers) {
            assertThat(servers.rows("SELECT step FROM tofro." + ledger + " WHERE run = '" + run + "'"))
                    .as(ledger + ", " + run)
                    .hasSize(1);
        }
    }

    private void demandNobodyLeft(String context) throws Exception {
        String sessions =
                "SELECT application_name || ' ' || state FROM pg_stat_activity WHERE application_name LIKE 'tofro:"
                        + schema + "/%'";
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        List<String> left = new ArrayList<>(List.of(""));
        while (!left.isEmpty()) {
            left = servers.rows(sessions);
            left.addAll(servers.source().strings(sessions));
            assertThat(System.nanoTime())
                    .as(context + ": sessions that were left: " + left)
                    .isLessThan(deadline);
            if (!left.isEmpty()) {
                Thread.sleep(10);
            }
        }
    }

    /** Production is as before the first run, and the staging table holds what nobody wants. */
    private void reset() throws Exception {
        servers.execute("TRUNCATE " + schema + ".prod; INSERT INTO " + schema + ".prod " + ROWS_BEFORE);
        if (!servers.rows("SELECT 1 FROM pg_tables WHERE schemaname = '" + schema + "' AND tablename = 'staging'")
                .isEmpty()) {
            servers.execute("TRUNCATE " + schema + ".staging; INSERT INTO " + schema + ".staging (id, name, happened) "
                    + ROWS_BEFORE);
        }
    }

    private Content content() throws Exception {
        return new Content(content("staging"), content("prod"));
    }

    private List<String> content(String table) throws Exception {
        return servers.rows("SELECT t::text FROM " + schema + "." + table + " AS t ORDER BY 1");
    }

    /** Production's rows with the places where they lie and the transactions that wrote them. */
    private List<String> untouched() throws Exception {
        return servers.rows("SELECT ctid || ' ' || xmin || ' ' || t::text FROM " + schema + ".prod AS t ORDER BY ctid");
    }

    @Override
    public String toString() {
        return mode + " " + isolation.name().toLowerCase(Locale.ROOT);
    }
}
