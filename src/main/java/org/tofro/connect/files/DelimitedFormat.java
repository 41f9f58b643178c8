package org.tofro.connect.files;

import java.io.Serializable;

/**
 * What is agreed upon for plain files.
 *
 * @param layout how rows and values are told apart
 * @param header whether the first row of each file names its columns
 * @param nullText the bare text that stands for NULL
 * @param compression how the bytes are packed
 */
public record DelimitedFormat(Layout layout, boolean header, String nullText, Compression compression)
        implements Serializable {
    /** Files with the layout's own NULL and without a header, compressed or not. */
    public static DelimitedFormat of(Layout layout) {
        return new DelimitedFormat(layout, false, layout.nullText(), Compression.AUTO);
    }

    public DelimitedFormat withHeader(boolean present) {
        return new DelimitedFormat(layout, present, nullText, compression);
    }

    public DelimitedFormat compressed(Compression other) {
        return new DelimitedFormat(layout, header, nullText, other);
    }

    /** Whether a NULL of these files can be told from every value. */
    public boolean tellsNulls() {
        return layout == Layout.CSV || !nullText.isEmpty();
    }

    /** What a file's name ends in. */
    public String suffix() {
        String plain = layout == Layout.CSV ? ".csv" : layout == Layout.TSV ? ".tsv" : ".txt";
        return plain + compression.suffix();
    }
}
