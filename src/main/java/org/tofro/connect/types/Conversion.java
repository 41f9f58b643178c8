package org.tofro.connect.types;

import org.jspecify.annotations.Nullable;
import org.tofro.data.RedshiftType;

/**
 * How the values of one type get into another and stay what they are.
 *
 * @param target the type in Redshift
 * @param form what of a value is staged
 * @param check what every value is looked at for, or null where each has its place
 */
public record Conversion(
        RedshiftType target, Form form, @Nullable ValueCheck check) {

    /** As a reader of the plan is told: how values are staged, and which of them fail the extract. */
    public String fidelity() {
        String quotes = target.kind().quoted() ? "in quotes" : "bare";
        String how = form == Form.PRINTED ? quotes : quotes + " " + form.words();
        return "%s, staged %s%s".formatted(target.ddl(), how, check == null ? "" : "; fails: " + check.fails());
    }
}
