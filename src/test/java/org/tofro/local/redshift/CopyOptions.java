package org.tofro.local.redshift;

/** The options of a COPY, by the words that stand for them in SQL. */
final class CopyOptions {
    private CopyOptions() {}

    static CopyCommand.Options of(String words) {
        try {
            return CopyCommand.parse(Statement.split("COPY t FROM 's3://b/k' IAM_ROLE default " + words)
                            .get(0))
                    .options();
        } catch (RedshiftException e) {
            throw new IllegalArgumentException(words, e);
        }
    }
}
