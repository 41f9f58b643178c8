package org.tofro.connect.types;

import java.math.BigInteger;
import org.tofro.data.RedshiftType;

/**
 * Text of a file that is said to be values of a type: {@link Notation} reads it, and what is then staged can be anything
 * that is written so.
 *
 * @param declared the type
 */
public record WrittenType(RedshiftType declared) implements SourceType {
    /** Text that is nothing but text. */
    public static final WrittenType TEXT = new WrittenType(RedshiftType.varchar(RedshiftType.MAX_VARCHAR));

    private static final Whole ANY = new Whole(
            BigInteger.TEN.pow(RedshiftType.MAX_PRECISION).negate(), BigInteger.TEN.pow(RedshiftType.MAX_PRECISION));

    @Override
    public Family family() {
        return switch (declared.kind()) {
            case SMALLINT, INTEGER, BIGINT -> Family.INTEGER;
            case DECIMAL -> Family.DECIMAL;
            case REAL, DOUBLE -> Family.FLOAT;
            case BOOLEAN -> Family.BOOLEAN;
            case DATE -> Family.DATE;
            case TIMESTAMP -> Family.TIMESTAMP;
            case TIMESTAMPTZ -> Family.TIMESTAMPTZ;
            case TIME -> Family.TIME;
            case TIMETZ -> Family.TIMETZ;
            case VARBYTE -> Family.BYTES;
            case CHAR, VARCHAR, SUPER -> Family.TEXT;
        };
    }

    @Override
    public String ddl() {
        return "text";
    }

    @Override
    public RedshiftType target() {
        return declared;
    }

    @Override
    public int widest() {
        return 0;
    }

    @Override
    public Whole whole() {
        return ANY;
    }

    @Override
    public int bits() {
        return declared.kind() == RedshiftType.Kind.REAL ? 32 : 64;
    }

    @Override
    public boolean holdsAnyBytes() {
        return true;
    }

    /** How its values are written. */
    public Notation notation() {
        return Notation.of(declared);
    }
}
