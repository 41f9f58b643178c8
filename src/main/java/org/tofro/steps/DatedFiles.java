package org.tofro.steps;

import org.jspecify.annotations.Nullable;
import org.tofro.connect.files.PathPattern;
import org.tofro.pipeline.DatedText;
import org.tofro.pipeline.Fields;

/**
 * Files of a run's interval: the fields {@code path} and {@code connection} of a step.
 *
 * @param connection the connection to S3; null for a folder of this machine
 * @param path an address with dates and wildcards in it
 */
record DatedFiles(@Nullable String connection, DatedText path) {
    /** @param each what is to be said of the files of each of the interval's days, before the wildcards */
    static DatedFiles read(Fields fields, String each) {
        DatedText path = fields.field(
                        "path",
                        "The files: `s3://bucket/key` or `file:/folder/name`, with `{date:yyyy/MM/dd}` for the days of the"
                                + " run's interval (or its hours, as the pattern says), " + each
                                + "`*` and `?` within a name and `**` for any folders.")
                .datedText();
        boolean folder = path.template().startsWith("file:");
        check(fields, path.texts().get(0));
        var where = fields.field("connection", "S3, a connection of type s3 in the runner file; none for a folder.");
        String connection = folder ? null : where.connectionOr("s3", "s3");
        if (folder && fields.has("connection")) {
            fields.problem("connection", "files of this machine need no 'connection'");
        }
        return new DatedFiles(connection, path);
    }

    /** Whether they are in a folder of this machine. */
    boolean areInFolder() {
        return connection == null;
    }

    /** The path on one of the interval's days. */
    String sample() {
        return path.texts().get(0);
    }

    /** Whether there is nothing to say against the path. */
    boolean isSound() {
        return !hasBraces(sample()) && isAddress(sample());
    }

    private static boolean hasBraces(String plain) {
        return plain.contains("{") || plain.contains("}");
    }

    private static void check(Fields fields, String plain) {
        if (hasBraces(plain)) {
            fields.problem(
                    "path", "'path' has braces that are no date; one looks like {date:yyyy/MM/dd}: '" + plain + "'");
        } else if (!isAddress(plain)) {
            fields.problem(
                    "path",
                    "'path' takes s3://bucket/key or file:/folder/name, with the bucket's name in full, not '" + plain
                            + "'");
        }
    }

    /** Also what stands for a field that was not read, of which there is a problem already. */
    private static boolean isAddress(String plain) {
        return plain.equals("?") || plain.isBlank() || PathPattern.isAddress(plain);
    }
}
