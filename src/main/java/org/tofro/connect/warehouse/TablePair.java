package org.tofro.connect.warehouse;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.tofro.connect.StepRefusal;
import org.tofro.data.TableName;

/**
 * A staging table and the production table that its rows go to, as the catalogue describes them.
 *
 * @param from the staging table
 * @param to the production table
 */
record TablePair(TableShape from, TableShape to) {
    TableName source() {
        return from.name();
    }

    TableName destination() {
        return to.name();
    }

    /** The staged columns, as an INSERT names them. */
    String columns() {
        return TableShape.list(from.names());
    }

    /** The staged columns as columns of a table by that alias. */
    String columns(String alias) {
        return from.names().stream()
                .map(name -> alias + "." + TableName.quote(name))
                .collect(Collectors.joining(", "));
    }

    /** A name for the staged rows in a statement that also names the destination. */
    String alias() {
        return destination().name().equalsIgnoreCase("staged") ? "staged_rows" : "staged";
    }

    /** Refuses tables between which a value would be lost or changed. */
    void demandFits() throws StepRefusal {
        List<String> wrong = new ArrayList<>();
        for (TableShape.Field field : from.columns()) {
            TableShape.Field target = to.field(field.name());
            if (target == null) {
                wrong.add("it has no column '" + field.name() + "'");
            } else if (!new Assignment(field.type(), target.type()).keptByInsert()) {
                wrong.add("its column '" + field.name() + "' is " + target.type() + ", which would change values of "
                        + field.type());
            }
        }
        for (TableShape.Field field : to.columns()) {
            if (from.field(field.name()) == null && !field.filled()) {
                wrong.add("its column '" + field.name() + "' is missing in " + source() + " and has no default");
            }
        }
        if (!wrong.isEmpty()) {
            throw new StepRefusal(destination() + " does not fit " + source() + ": " + String.join("; ", wrong)
                    + ". Nothing was changed; bring the two tables to the same columns and types");
        }
    }

    /**
     * Refuses values that are too long. The server would refuse them too, but not those whose surplus is blanks: it cuts
     * them in silence. See "Significance of trailing blanks" in the Amazon Redshift Database Developer Guide.
     */
    void demandWidths(WarehouseSession session) throws SQLException, StepRefusal {
        List<String> wrong = new ArrayList<>();
        for (TableShape.Field field : from.columns()) {
            TableShape.Field target = to.field(field.name());
            int width = target == null ? 0 : new Assignment(field.type(), target.type()).narrowedTo();
            if (width == 0) {
                continue;
            }
            long tooLong = session.number("SELECT count(*) FROM " + source().sql() + " WHERE octet_length("
                    + TableName.quote(field.name()) + ") > " + width);
            if (tooLong > 0) {
                wrong.add(tooLong + " value" + (tooLong == 1 ? "" : "s") + " of column '" + field.name()
                        + "' too long for the varchar(" + width + ")");
            }
        }
        if (!wrong.isEmpty()) {
            throw new StepRefusal(source() + " has " + String.join(", ", wrong) + " of " + destination()
                    + ". Nothing was changed; make the columns wider");
        }
    }

    /**
     * The key by which rows are told apart: the one given, else the destination's own, else the staging table's. One that
     * the destination fills by itself, such as an identity, is in no staged row.
     */
    Key key(List<String> given) {
        List<String> key = given.isEmpty() ? to.primaryKey() : given;
        boolean filled = key.stream().anyMatch(column -> {
            TableShape.Field own = to.field(column);
            return from.field(column) == null && own != null && own.filled();
        });
        return new Key(this, key.isEmpty() || filled ? from.primaryKey() : key);
    }
}
