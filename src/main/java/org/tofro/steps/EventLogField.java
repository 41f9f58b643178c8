package org.tofro.steps;

import java.util.Locale;
import org.tofro.connect.eventlog.EventField;
import org.tofro.connect.eventlog.EventLog;
import org.tofro.connect.types.Mask;
import org.tofro.connect.types.WrittenType;
import org.tofro.data.RedshiftType;
import org.tofro.data.RedshiftType.Kind;
import org.tofro.pipeline.Fields;

/** An entry of {@code fields} of an event log. */
final class EventLogField {
    private static final RedshiftType WIDEST = RedshiftType.varchar(RedshiftType.MAX_VARCHAR);

    private EventLogField() {}

    static EventField read(Fields fields, EventLog.Layout layout) {
        boolean json = layout.format() == EventLog.Format.JSON;
        String name =
                fields.field("name", "The column's name in the warehouse.").text();
        String own = json ? "/" + name.replace("~", "~0").replace("/", "~1") : name;
        String pointer = fields.field(
                        "pointer",
                        "Where the value is: a JSON pointer such as `/user/id`; for CSV and TSV the header's name, or a"
                                + " position from 1 on.")
                .textOr(own, "the member or the column of that name");
        RedshiftType given = fields.field("type", "The column's type, as Redshift spells it.")
                .optionalRedshiftType("`varchar(65535)`");
        RedshiftType type = given == null ? WIDEST : given;
        boolean required = fields.field("required", "Whether lines without a value are rejected.")
                .flagOr(false);
        String epoch = fields.field(
                        "epoch",
                        "For a timestamp that is a number: what it counts since 1970. `none` where it is written out.")
                .choice("none", "seconds", "millis");
        if (json && !EventLog.Contract.isPointer(pointer)) {
            fields.problem(
                    "pointer",
                    "'pointer' takes a JSON pointer, which begins with a slash, such as /user/id, not '" + pointer
                            + "'");
        }
        if (!json && !layout.header() && !pointer.matches("[1-9][0-9]{0,3}")) {
            fields.problem(
                    "pointer",
                    "'pointer' takes a position such as 3 where files have no header, not '" + pointer + "'");
        }
        Mask mask = MaskField.of(MaskField.read(fields, given), null);
        if (mask != null && given == null) {
            type = mask.target(WrittenType.TEXT);
        }
        if (!EventLog.Contract.takes(type)) {
            fields.problem(
                    "type",
                    "a field cannot be of the type " + type.ddl() + "; take it as varchar(65535) and convert it in the"
                            + " warehouse");
            type = WIDEST;
        }
        boolean counted = !epoch.equals("none");
        if (counted && type.kind() != Kind.TIMESTAMP && type.kind() != Kind.TIMESTAMPTZ) {
            fields.problem("epoch", "'epoch' goes with the types timestamp and timestamptz, and this is " + type.ddl());
        }
        return new EventField(
                name,
                pointer,
                type,
                required,
                counted ? EventField.Epoch.valueOf(epoch.toUpperCase(Locale.ROOT)) : null,
                mask);
    }
}
