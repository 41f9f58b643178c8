package org.tofro.connect.warehouse;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.tofro.data.RedshiftType;
import org.tofro.data.RedshiftType.Kind;

/**
 * Values of one type of the warehouse on their way into a column of another. What the source's types become before that is
 * the extract's matter.
 *
 * @param from the type that the values have, as DDL or the catalogue spells it
 * @param to the column's type
 */
record Assignment(String from, String to) {
    /** What turns into text without loss: not floats, which are cut to 15 digits, nor SUPER, whose objects become NULL. */
    private static final Set<Kind> PRINTED_EXACTLY = Set.of(
            Kind.VARCHAR, Kind.CHAR, Kind.DECIMAL, Kind.DATE, Kind.TIMESTAMP, Kind.TIMESTAMPTZ, Kind.TIME, Kind.TIMETZ);

    /** Whether both are one type, however they are spelled. */
    boolean sameType() {
        Optional<RedshiftType> known = RedshiftType.parse(from);
        return known.isPresent()
                ? known.equals(RedshiftType.parse(to))
                : plain(from).equals(plain(to));
    }

    private static String plain(String type) {
        return type.strip().toLowerCase(Locale.ROOT).replaceAll("\\s+", " ");
    }

    /**
     * Whether every value that INSERT SELECT assigns arrives as it is, or is refused by the server itself: an assignment
     * that would round, cut or shift a value in silence keeps none.
     */
    boolean keptByInsert() {
        Optional<RedshiftType> source = RedshiftType.parse(from);
        Optional<RedshiftType> target = RedshiftType.parse(to);
        return sameType() || (source.isPresent() && target.isPresent() && keptByInsert(source.get(), target.get()));
    }

    /**
     * The same for a value that COPY reads from its staged text: a varchar takes any text as it is, but the shortest text
     * of a real number is another number where it is read as a double.
     */
    boolean keptByCopy() {
        Optional<RedshiftType> source = RedshiftType.parse(from);
        Optional<RedshiftType> target = RedshiftType.parse(to);
        if (source.isEmpty() || target.isEmpty()) {
            return sameType() || target.map(type -> type.kind() == Kind.VARCHAR).orElse(false);
        }
        boolean realAsDouble = source.get().kind() == Kind.REAL && target.get().kind() == Kind.DOUBLE;
        return target.get().kind() == Kind.VARCHAR
                || sameType()
                || (!realAsDouble && keptByInsert(source.get(), target.get()));
    }

    private static boolean keptByInsert(RedshiftType source, RedshiftType target) {
        Kind kind = source.kind();
        boolean decimal = kind == Kind.DECIMAL;
        return switch (target.kind()) {
            // The server refuses what is out of range or too long, so these never change a value.
            case VARCHAR -> kind.integer() || PRINTED_EXACTLY.contains(kind);
            case SMALLINT, INTEGER, BIGINT -> kind.integer() || (decimal && source.scale() == 0);
            case DECIMAL -> kind.integer() || (decimal && source.scale() <= target.scale());
            case DOUBLE -> kind == Kind.REAL || kind == Kind.SMALLINT || kind == Kind.INTEGER;
            case REAL -> kind == Kind.SMALLINT;
            case TIMESTAMP -> kind == Kind.DATE;
            case VARBYTE -> kind == Kind.VARBYTE;
            default -> false;
        };
    }

    /** Bytes that a varchar of the target takes where strings of the source may have more; 0 where all of them fit. */
    int narrowedTo() {
        int most = RedshiftType.parse(from)
                .filter(type -> type.kind() == Kind.VARCHAR || type.kind() == Kind.CHAR)
                .map(RedshiftType::size)
                .orElse(0);
        int width = RedshiftType.parse(to)
                .filter(type -> type.kind() == Kind.VARCHAR)
                .map(RedshiftType::size)
                .orElse(most);
        return most > width ? width : 0;
    }
}
