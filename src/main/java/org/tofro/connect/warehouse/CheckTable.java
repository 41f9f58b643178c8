package org.tofro.connect.warehouse;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.StepAction;
import org.tofro.connect.StepRefusal;
import org.tofro.connect.staging.AttemptPath;
import org.tofro.connect.staging.StagingArea;
import org.tofro.connect.staging.StagingException;
import org.tofro.data.Figures;
import org.tofro.data.RunContext;
import org.tofro.data.StagedFiles;
import org.tofro.data.TableName;
import org.tofro.settings.RedshiftConnection;
import org.tofro.settings.S3Connection;
import org.tofro.settings.Settings;

/**
 * Checks a table of the warehouse: all assertions in one transaction that only reads, so they see one moment. All that is
 * wrong is said at once, with counts; the keys that it is about go to files of the staging area. A check that has let its
 * run pass leaves a record, so that an attempt after it does not ask again.
 *
 * @param connection the warehouse
 * @param s3 how keys get to S3; null for a folder
 * @param stagingArea where they go
 * @param limits the environment's limits
 * @param run the run
 * @param step the step's name
 * @param table the table
 * @param primaryKey columns that tell its rows apart; empty to take its own key
 * @param assertions what must hold
 * @param warn whether the run goes on when something is wrong
 */
public record CheckTable(
        RedshiftConnection connection,
        @Nullable S3Connection s3,
        String stagingArea,
        Settings.Limits limits,
        RunContext run,
        String step,
        TableName table,
        List<String> primaryKey,
        List<Assertion> assertions,
        boolean warn)
        implements StepAction {
    public CheckTable {
        primaryKey = List.copyOf(primaryKey);
        assertions = List.copyOf(assertions);
    }

    private record Result(List<Finding> findings, List<String> notes, long rows) {}

    @Override
    public Figures perform(RunningSteps.Work work, List<StagedFiles> none) throws Exception {
        CommitRecords records = new CommitRecords(connection, run, step, limits.leaseSeconds());
        CheckRecord.Before before = records.beforeCheck(step, table, work);
        if (before.done().isPresent()) {
            return figures(work, before.done().get(), true);
        }
        work.phase("checking");
        Transactions transactions = new Transactions(connection, CommitRecords.label(run, step));
        Result result = transactions.retrying("cannot check " + table, work, session -> {
            session.begin();
            try {
                return check(session, before.earlier());
            } finally {
                session.rollback();
            }
        });
        List<String> notes = new ArrayList<>(result.notes);
        if (!result.findings.isEmpty()) {
            List<String> said = store(result.findings);
            String reason = run.accepted().get("check");
            if (!warn && reason == null) {
                throw new StepRefusal(table + " fails its check: " + String.join("; ", said)
                        + ". `on_failure: warn` lets runs go on for good, `tofro resume " + run.run()
                        + " --accept check=\"reason\"` this run");
            }
            said.forEach(sentence -> notes.add("check failed: " + sentence));
            if (!warn) {
                notes.add("accepted check: " + reason);
            }
        }
        CheckRecord record = records.commitCheck(step, new CheckRecord(run.run(), table, result.rows, notes), work);
        return figures(work, record, false);
    }

    private static Figures figures(RunningSteps.Work work, CheckRecord record, boolean resumed) {
        long now = System.currentTimeMillis();
        return new Figures(
                Math.max(0, record.rows()),
                0,
                0,
                work.startedAt(),
                now,
                now - work.startedAt(),
                0,
                resumed,
                record.notes());
    }

    private Result check(WarehouseSession session, @Nullable CheckRecord earlier)
            throws SQLException, WarehouseException, StepRefusal {
        TableShape shape = TableShape.read(session, table)
                .orElseThrow(() -> new WarehouseException(
                        "the table " + table + " does not exist in '" + connection.name() + "'", false, null));
        List<String> key = primaryKey.isEmpty() ? shape.primaryKey() : primaryKey;
        CheckedTable checked = new CheckedTable(session, shape, key, run.intervalEnd(), earlier);
        for (String column : key) {
            checked.demand("primary_key", column);
        }
        List<Finding> findings = new ArrayList<>();
        boolean left = false;
        for (Assertion assertion : assertions) {
            if (run.limit().isPresent() && !assertion.holdsOfSome()) {
                left = true;
                continue;
            }
            findings.addAll(assertion.findings(checked));
        }
        if (left) {
            checked.note("not checked in a trial run: rows, freshness, sql");
        }
        return new Result(findings, checked.notes(), checked.counted());
    }

    /** Stores the keys of the findings, each in a file of its own, and gives the sentences with their addresses. */
    private List<String> store(List<Finding> findings) {
        String folder = new AttemptPath(
                        run.pipeline(),
                        run.run(),
                        step,
                        UUID.randomUUID().toString().substring(0, 8))
                .folder();
        List<String> said = new ArrayList<>();
        int number = 0;
        try (StagingArea area = StagingArea.open(stagingArea, s3)) {
            for (Finding finding : findings) {
                Finding.Keys keys = finding.keys();
                String where = "";
                if (keys != null && !keys.rows().isEmpty()) {
                    String name = folder + "failing-" + ++number + ".csv";
                    where = stored(area, name, keys);
                }
                said.add(finding.sentence() + where);
            }
        }
        return said;
    }

    private static String stored(StagingArea area, String name, Finding.Keys keys) {
        try {
            area.put(name, keys.csv().getBytes(StandardCharsets.UTF_8));
            return keys.whole()
                    ? " (listed in " + area.uri(name) + ")"
                    : " (the first " + keys.rows().size() + " are listed in " + area.uri(name) + ")";
        } catch (StagingException e) {
            // What is wrong with the table matters more than that it could not be listed.
            return " (not listed: " + e.getMessage() + ")";
        }
    }
}
