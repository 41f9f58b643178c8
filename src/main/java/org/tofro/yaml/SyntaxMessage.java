package org.tofro.yaml;

import org.jspecify.annotations.Nullable;

/** Says in plain words what SnakeYAML found wrong with a text. */
final class SyntaxMessage {
    private SyntaxMessage() {}

    static String of(@Nullable String context, @Nullable String problem) {
        String what = problem == null ? "it cannot be read" : problem.strip();
        if (what.contains("\\t(TAB)") || what.contains("'\\t'")) {
            return "a tab cannot indent YAML; use spaces";
        }
        if (what.contains("mapping values are not allowed here")) {
            return "this is not YAML: a ':' cannot stand here; put a text that holds ': ' in quotes, or check the indentation";
        }
        if (what.contains("could not find expected ':'")) {
            return "this is not YAML: a ':' is missing after a key";
        }
        if (what.startsWith("found undefined alias")) {
            String name = what.substring("found undefined alias".length()).strip();
            return "no anchor '&" + name + "' stands before the alias '*" + name + "'";
        }
        if (what.startsWith("Global tag is not allowed: ")) {
            String tag = what.substring(what.indexOf(": ") + 2).replaceFirst("^tag:yaml.org,2002:", "!!");
            return "the tag '" + tag + "' is not understood; leave it out";
        }
        if (context != null && context.contains("while scanning an alias")) {
            return "this is not YAML: put a text that begins with '*', such as a cron expression, in quotes";
        }
        String where = context == null ? "" : " " + context.strip();
        return "this is not YAML: " + what + where;
    }

    static String ofLimit(@Nullable String message, int deepest) {
        String what = message == null ? "it cannot be read" : message.strip();
        if (what.startsWith("Nesting Depth exceeded")) {
            return "the file is nested more than " + deepest + " levels deep";
        }
        if (what.startsWith("Number of aliases")) {
            return "the file has more than 10000 aliases";
        }
        return "this is not YAML: " + what;
    }
}
