package org.tofro.pipeline;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.tofro.pipeline.SqlTokens.Token;

/** How a query spells the names of its columns, which the warehouse folds to lower case. */
final class SelectedNames {
    private static final Set<String> ENDS = Set.of("from", "where", "union", "intersect", "except", "minus", "into");

    private SelectedNames() {}

    /** The names at the ends of what the outermost SELECT lists, by their lower case. */
    static Map<String, String> of(List<Token> query) {
        Map<String, String> spelled = new HashMap<>();
        int depth = 0;
        boolean inside = false;
        for (int i = 0; i < query.size(); i++) {
            Token token = query.get(i);
            depth += token.is("(") ? 1 : token.is(")") ? -1 : 0;
            if (depth > 0) {
                continue;
            }
            if (!inside) {
                inside = token.is("select");
                continue;
            }
            boolean end = ENDS.contains(token.text().toLowerCase(Locale.ROOT));
            if (end || token.is(",")) {
                note(query.get(i - 1), spelled);
            } else if (i == query.size() - 1) {
                note(token, spelled);
            }
            if (end) {
                break;
            }
        }
        return spelled;
    }

    private static void note(Token last, Map<String, String> spelled) {
        if (last.isName()) {
            String name = last.kind() == SqlTokens.Kind.QUOTED ? last.name() : last.text();
            spelled.putIfAbsent(name.toLowerCase(Locale.ROOT), name);
        }
    }
}
