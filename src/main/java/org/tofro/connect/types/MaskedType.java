package org.tofro.connect.types;

import org.jspecify.annotations.Nullable;
import org.tofro.data.RedshiftType;

/** What a mask makes of a source's type: a text. */
record MaskedType(SourceType source, Mask mask) implements SourceType {
    @Override
    public Family family() {
        return source.family() == Family.BYTES ? Family.BYTES : Family.TEXT;
    }

    @Override
    public String ddl() {
        return source.ddl() + ", " + mask;
    }

    @Override
    public RedshiftType target() {
        return mask.target(source);
    }

    @Override
    public int widest() {
        return mask.widest(source);
    }

    @Override
    public boolean holdsAnyBytes() {
        return mask.kind() == Mask.Kind.PARTIAL && source.holdsAnyBytes();
    }

    @Override
    public @Nullable String measure(String column, boolean hexadecimal) {
        return null;
    }
}
