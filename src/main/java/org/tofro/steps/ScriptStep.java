package org.tofro.steps;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tofro.data.TableName;
import org.tofro.pipeline.Fields;
import org.tofro.pipeline.Script;
import org.tofro.pipeline.TableUse;
import org.tofro.pipeline.Upstream;

/** What steps that run a script have in common: its fields, and what they say of the tables that it touches. */
final class ScriptStep {
    private ScriptStep() {}

    /** The script that the step runs, from its three fields. */
    static Script read(Fields fields, Script.Rules rules) {
        return fields.script(
                fields.field("script", "The file with the SQL; what it inserts, it inserts into named columns."),
                fields.field("command", "The SQL itself; an expression such as `${var:x}` in it stands for a value."),
                fields.field("script_arguments", "The values of the places `%s` in the SQL, where a percent is `%%`."),
                rules);
    }

    /**
     * The tables of a script.
     *
     * @param also tables that the step changes though the script may not name them
     */
    static TableUse use(String connection, Script script, Stream<TableName> also) {
        return new TableUse(
                refs(connection, script.reads().stream()),
                refs(connection, Stream.concat(script.writes().stream(), also)),
                script.understood(),
                Set.of(connection));
    }

    private static Set<TableUse.Ref> refs(String connection, Stream<TableName> tables) {
        return tables.map(table -> new TableUse.Ref(connection, "", table)).collect(Collectors.toSet());
    }

    /** The tables that the script reads and an earlier step of the pipeline writes. */
    static List<TableName> readFromBefore(Upstream upstream, String connection, Script script) {
        return script.reads().stream()
                .filter(table -> upstream.writtenBefore(new TableUse.Ref(connection, "", table)))
                .sorted()
                .toList();
    }

    /** How the script is run, for the plan. */
    static List<String> details(Script script, boolean transactional) {
        int count = script.statements().size();
        String statements = count + (count == 1 ? " statement" : " statements") + " of " + script.origin();
        List<String> details = new ArrayList<>();
        details.add(
                transactional
                        ? "runs " + statements + " in one transaction"
                        : "runs " + statements + " AT LEAST ONCE: each is committed by itself, and no guard is on");
        script.unclear().forEach(unclear -> details.add("not understood: " + unclear));
        return details;
    }
}
