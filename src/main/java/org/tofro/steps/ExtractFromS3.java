package org.tofro.steps;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.tofro.connect.files.PathPattern;
import org.tofro.data.RunContext.OptionalLimit;
import org.tofro.pipeline.Fields;
import org.tofro.pipeline.Flow;
import org.tofro.pipeline.Step;
import org.tofro.pipeline.StepType;
import org.tofro.pipeline.TableUse;
import org.tofro.pipeline.Upstream;
import org.tofro.settings.S3Connection;
import org.tofro.settings.Settings;

/**
 * Reads plain files of S3 into staged files.
 *
 * @param connection S3, as the runner file names it
 * @param uri the file or folder
 * @param folder whether it is a folder
 * @param files what they hold
 */
public record ExtractFromS3(String connection, String uri, boolean folder, PlainFiles files) implements Step {
    public static final StepType TYPE = new StepType(
            "extract-from-s3",
            List.of("extract-s3"),
            "Reads plain files of S3, in TSV or CSV, into staged files.",
            ExtractFromS3::read);

    private static ExtractFromS3 read(Fields fields) {
        String file = fields.field(
                        "file_uri", "The file: `s3://bucket/key`, with expressions such as `${date:yyyy-MM-dd}`.")
                .optionalText();
        String directory = fields.field(
                        "directory_uri",
                        "The folder: `s3://bucket/prefix/`, of which every file is read, however deep.")
                .optionalText();
        fields.exactlyOne("file_uri", "directory_uri");
        String field = file == null ? "directory_uri" : "file_uri";
        String uri = file != null ? file : directory != null ? directory : "?";
        if (fields.has(field) && !(uri.startsWith("s3://") && PathPattern.isAddress(uri))) {
            fields.problem(
                    field, "'" + field + "' takes s3://bucket/key, with the bucket's name in full, not '" + uri + "'");
        }
        String connection = fields.field("connection", "S3, a connection of type s3 in the runner file.")
                .connectionOr("s3", "s3");
        return new ExtractFromS3(connection, uri, file == null, PlainFiles.read(fields));
    }

    @Override
    public TableUse tables() {
        return new TableUse(Set.of(), Set.of(), true, Set.of(connection));
    }

    @Override
    public boolean producesFiles() {
        return true;
    }

    @Override
    public boolean columnsFromLoad() {
        return files.columnsFromLoad();
    }

    @Override
    public boolean needsMaskKey() {
        return files.needsMaskKey();
    }

    @Override
    public List<String> details() {
        List<String> details = new ArrayList<>(List.of("reads " + (folder ? "what is in " : "the file ") + uri));
        details.addAll(files.details());
        return details;
    }

    @Override
    public List<String> inspect(Settings settings) {
        return files.extraction(
                        uri,
                        folder,
                        uri,
                        (S3Connection) settings.connections().get(connection),
                        files.choices(settings.maskKey()),
                        OptionalLimit.NONE)
                .plan();
    }

    @Override
    public Flow expand(Upstream upstream) {
        return files.expand(upstream, uri, folder, uri, upstream.connection(connection, S3Connection.class));
    }
}
