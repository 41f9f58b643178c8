package org.tofro.pipeline;

import java.util.List;

/**
 * What the step reference says of one field.
 *
 * @param name its canonical name
 * @param aliases other names that are accepted
 * @param kind what it takes
 * @param missing what is so where the field is missing
 * @param meaning one sentence
 * @param fields the fields of its entries, where it takes a mapping or a list of them
 */
public record FieldReference(
        String name, List<String> aliases, String kind, String missing, String meaning, List<FieldReference> fields) {
    public FieldReference {
        aliases = List.copyOf(aliases);
        fields = List.copyOf(fields);
    }
}
