package org.tofro.connect.types;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.tofro.data.RedshiftType;
import org.tofro.data.RedshiftType.Kind;

/** A line of the pages that say how types travel: what the rules make of one type of a source. */
public final class MatrixRow {
    private MatrixRow() {}

    /**
     * The line, with its line feed.
     *
     * @param type the cell of the source's type
     * @param example the cell of a value as staged
     */
    public static String of(String type, String example, SourceType source) {
        Optional<RedshiftType> own = Optional.ofNullable(source.target());
        String fails = own.flatMap(found -> Conversions.of(source, found))
                .map(Conversion::check)
                .map(ValueCheck::fails)
                .orElse("");
        String others = Arrays.stream(Kind.values())
                .filter(kind -> !kind.quoted())
                .filter(kind -> kind == Kind.DECIMAL
                        || own.filter(found -> found.kind() == kind).isEmpty())
                .flatMap(kind -> Conversions.of(source, small(kind)).stream())
                .map(MatrixRow::named)
                .collect(Collectors.joining(", "));
        return "| %s | %s | %s | %s | %s | %s |\n"
                .formatted(
                        type,
                        example,
                        own.map(found -> "`" + found.ddl() + "`").orElse("needs `columns: type`"),
                        fails,
                        source.widest() == 0 ? "" : "`varchar(" + source.widest() + ")`",
                        others);
    }

    /** A type that may be named, small enough for all that can fail in it to fail. */
    public static RedshiftType small(Kind kind) {
        return switch (kind) {
            case DECIMAL -> RedshiftType.decimal(2, 1);
            case CHAR, VARCHAR, VARBYTE -> new RedshiftType(kind, 1, 0);
            default -> RedshiftType.of(kind);
        };
    }

    private static String named(Conversion conversion) {
        ValueCheck check = conversion.check();
        String fails = check == null
                ? ""
                : check.kinds().stream().map(ValueCheck.Kind::brief).collect(Collectors.joining(", ", " (", ")"));
        return "`" + conversion.target().ddl().replace("(2,1)", "(p,s)") + "`" + fails;
    }
}
