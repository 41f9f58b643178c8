package org.tofro.connect.warehouse;

import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.tofro.connect.RunningSteps;
import org.tofro.data.ScriptStatement;
import org.tofro.data.ScriptStatement.Effect;

/** One pass over the statements of a script, on a session whose transaction is somebody else's business. */
final class ScriptRun {
    private final List<ScriptStatement> statements;
    private final boolean retried;
    private final String ifOneFails;
    private final Map<Effect, Long> rows = new EnumMap<>(Effect.class);

    /**
     * @param retried whether the whole script may be run again after trouble that passes
     * @param ifOneFails what then holds of the statements before it, for the message
     */
    ScriptRun(List<ScriptStatement> statements, boolean retried, String ifOneFails) {
        this.statements = statements;
        this.retried = retried;
        this.ifOneFails = ifOneFails;
    }

    void run(WarehouseSession session, RunningSteps.Work work) throws WarehouseException {
        int number = 0;
        for (ScriptStatement statement : statements) {
            number++;
            work.phase("statement " + number + " of " + statements.size());
            try {
                long changed = session.executeAsWritten(sql(statement));
                if (statement.effect() != Effect.OTHER) {
                    rows.merge(statement.effect(), changed, Long::sum);
                    work.rows.add(changed);
                }
            } catch (SQLException e) {
                throw new WarehouseException(
                        statement.origin() + ": "
                                + (statements.size() == 1
                                        ? ""
                                        : "statement " + number + " of " + statements.size() + ": ")
                                + WarehouseException.reason(e) + "; " + ifOneFails,
                        retried && WarehouseException.isTransient(e),
                        e);
            }
        }
    }

    /** The statement with its values as literals. */
    static String sql(ScriptStatement statement) {
        StringBuilder sql = new StringBuilder();
        for (ScriptStatement.Part part : statement.parts()) {
            if (part instanceof ScriptStatement.Value value) {
                sql.append(
                        value.inString() ? Literals.inside(String.valueOf(value.value())) : Literals.of(value.value()));
            } else {
                sql.append(((ScriptStatement.Sql) part).text());
            }
        }
        return sql.toString();
    }

    private long rows(Effect effect) {
        return rows.getOrDefault(effect, 0L);
    }

    /** Rows that its statements reported as changed. */
    long changed() {
        return rows.values().stream().mapToLong(Long::longValue).sum();
    }

    /** What it did, for the report. */
    String note() {
        String merged = rows.containsKey(Effect.MERGE) ? ", merged " + rows(Effect.MERGE) : "";
        return statements.size() + (statements.size() == 1 ? " statement" : " statements") + "; inserted "
                + rows(Effect.INSERT) + ", updated " + rows(Effect.UPDATE) + ", deleted " + rows(Effect.DELETE) + merged
                + " rows";
    }
}
