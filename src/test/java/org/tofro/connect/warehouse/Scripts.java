package org.tofro.connect.warehouse;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tofro.data.RunContext;
import org.tofro.data.ScriptStatement;
import org.tofro.data.TableName;
import org.tofro.settings.Settings;

/** Scripts as steps hand them over, for tables of {@link TestWarehouse#TWO_COLUMNS}. */
final class Scripts {
    private Scripts() {}

    /** The statements of a file {@code s.sql}, one on each line. */
    static List<ScriptStatement> statements(String... sql) {
        List<ScriptStatement> statements = new ArrayList<>();
        for (String one : sql) {
            String verb = one.split("\\s", 2)[0].toUpperCase(Locale.ROOT);
            ScriptStatement.Effect effect = Stream.of(ScriptStatement.Effect.values())
                    .filter(each -> each.name().equals(verb))
                    .findFirst()
                    .orElse(ScriptStatement.Effect.OTHER);
            statements.add(new ScriptStatement(
                    List.of(new ScriptStatement.Sql(one)), effect, "s.sql:" + (statements.size() + 1)));
        }
        return statements;
    }

    static RunScript.Target target(TableName table) {
        return target(table, List.of(), TestWarehouse.GUARDS);
    }

    static RunScript.Target target(TableName table, List<String> primaryKey, Guards guards) {
        return new RunScript.Target(
                table, "CREATE TABLE " + table.sql() + " (id integer, name varchar(20))", primaryKey, guards, true);
    }

    /** A script in one transaction. */
    static RunScript inOne(
            TestWarehouse warehouse,
            RunContext run,
            RunScript.@Nullable Target target,
            List<TableName> changes,
            String... sql) {
        return script(warehouse, run, true, target, changes, List.of(), sql);
    }

    static RunScript script(
            TestWarehouse warehouse,
            RunContext run,
            boolean transactional,
            RunScript.@Nullable Target target,
            List<TableName> changes,
            List<TableName> reads,
            String... sql) {
        return new RunScript(
                warehouse.connection(),
                Settings.Limits.DEFAULT,
                run,
                "script",
                statements(sql),
                transactional,
                target,
                changes,
                reads,
                List.of());
    }
}
