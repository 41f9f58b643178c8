package org.tofro.connect.eventlog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The places in a JSON value that fields point to, as a tree of the steps to them. */
final class FieldTree {
    private final Map<String, FieldTree> names = new HashMap<>();
    private final List<Integer> columns = new ArrayList<>();
    private int[] fields = {};

    private FieldTree() {}

    /** The tree of pointers (RFC 6901), each of which is taken as the column of its place in the list. */
    static FieldTree of(List<EventField> fields) {
        FieldTree root = new FieldTree();
        for (int i = 0; i < fields.size(); i++) {
            FieldTree at = root;
            for (String token : tokens(fields.get(i).pointer())) {
                at = at.names.computeIfAbsent(token, name -> new FieldTree());
            }
            at.columns.add(i);
            at.fields = at.columns.stream().mapToInt(Integer::intValue).toArray();
        }
        return root;
    }

    private static List<String> tokens(String pointer) {
        List<String> tokens = new ArrayList<>();
        for (String token : pointer.substring(Math.min(1, pointer.length())).split("/", -1)) {
            tokens.add(token.replace("~1", "/").replace("~0", "~"));
        }
        return pointer.isEmpty() ? List.of() : tokens;
    }

    /** Whether a text is a JSON pointer. */
    static boolean isPointer(String text) {
        return text.isEmpty() || (text.startsWith("/") && !text.matches("(?s).*~([^01].*|$)"));
    }

    /** The tree below a member's name, or an element's place in an array; null where no field points there. */
    @Nullable
    FieldTree child(String name) {
        return names.get(name);
    }

    /** Whether a field points to something inside. */
    boolean goesOn() {
        return !names.isEmpty();
    }

    /** The columns that take the value there. */
    int[] fields() {
        return fields;
    }
}
