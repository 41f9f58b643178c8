package org.tofro.connect.warehouse;

import org.tofro.data.StagedFiles;
import org.tofro.data.TableName;
import org.tofro.settings.RedshiftConnection;

/**
 * The COPY of a step's staged files: one statement per table, from a manifest. See "COPY" and "Data format parameters" in
 * the Amazon Redshift Database Developer Guide.
 */
final class CopyStatement {
    private CopyStatement() {}

    static String of(RedshiftConnection connection, TableName table, StagedFiles files, String manifestUri) {
        String role = connection.iamRole();
        String region = connection.region();
        return "COPY " + table.sql() + " (" + TableShape.list(files.schema().names()) + ")\nFROM "
                + Literals.quote(manifestUri)
                + "\nIAM_ROLE " + (role == null ? "default" : Literals.quote(role))
                + "\nFORMAT AS CSV NULL AS " + Literals.quote(files.nullMarker())
                + "\n" + compression(files.format()) + " MANIFEST"
                // 'auto' reads ISO 8601 with microseconds, which the default format does not.
                + "\nDATEFORMAT 'auto' TIMEFORMAT 'auto'"
                // Statistics and encodings of a table that is emptied every run cost a scan and help nobody.
                + "\nCOMPUPDATE OFF STATUPDATE OFF"
                + (region == null ? "" : "\nREGION " + Literals.quote(region));
    }

    private static String compression(StagedFiles.FileFormat format) {
        return switch (format) {
            case CSV_ZSTD -> "ZSTD";
        };
    }
}
