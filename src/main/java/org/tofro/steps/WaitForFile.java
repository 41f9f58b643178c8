package org.tofro.steps;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.files.AwaitedListing;
import org.tofro.data.Durations;
import org.tofro.pipeline.AwaitedFiles;
import org.tofro.pipeline.DatedText;
import org.tofro.pipeline.Fields;
import org.tofro.pipeline.Flow;
import org.tofro.pipeline.Step;
import org.tofro.pipeline.StepType;
import org.tofro.pipeline.TableUse;
import org.tofro.pipeline.Upstream;
import org.tofro.settings.S3Connection;
import org.tofro.settings.Settings;

/**
 * Waits for files. The launcher does so: nothing is held meanwhile.
 *
 * @param connection S3, as the runner file names it; null for folders of this machine
 * @param path which files, by the run's date
 * @param marker the file that says that they are complete, a name beside them; null for none
 * @param atLeast how many there have to be for each of the path's dates
 * @param settle how long nobody has written to them
 * @param refreshSeconds how long between two looks
 */
public record WaitForFile(
        @Nullable String connection,
        DatedText path,
        @Nullable String marker,
        int atLeast,
        Duration settle,
        int refreshSeconds)
        implements Step, AwaitedFiles {
    public static final StepType TYPE = new StepType(
            "wait-for-file",
            List.of(),
            "Waits until files are there and complete, on S3 or in a folder; every later step without `depends_on` waits"
                    + " with it.",
            WaitForFile::read);

    private static final int DEFAULT_REFRESH_SECONDS = 60;
    private static final int MOST_FILES = 1_000_000;

    private static WaitForFile read(Fields fields) {
        DatedFiles files = DatedFiles.read(fields, "each of which has to have its files; ");
        String sample = files.sample();
        if (files.isSound() && sample.endsWith("/")) {
            fields.problem("path", "'path' names files, and '" + sample + "' is a folder; say '" + sample + "*'");
        }
        String marker = fields.field(
                        "marker",
                        "The name of a file beside them, such as `_SUCCESS`, which whoever writes them makes last.")
                .optionalText();
        if (marker != null) {
            checkMarker(fields, marker, sample);
        }
        int atLeast = fields.field("at_least", "How many files there have to be for each of the path's dates.")
                .integerOr(1, 1, MOST_FILES);
        Duration settle = fields.field(
                        "settle",
                        "How long nobody must have written to any of them, so that none is taken that still grows, and no"
                                + " set to which files are still added.")
                .durationOr(
                        files.areInFolder() ? Duration.ofMinutes(1) : Duration.ZERO,
                        "`1 minute` for a folder; for S3, where files appear whole, `0 s`");
        int refreshSeconds = fields.field("refresh_rate", "How many seconds between two looks.")
                .integerOr(DEFAULT_REFRESH_SECONDS, 1, 86_400);
        return new WaitForFile(files.connection(), files.path(), marker, atLeast, settle, refreshSeconds);
    }

    private static void checkMarker(Fields fields, String marker, String path) {
        if (marker.isBlank() || marker.matches(".*[/*?{}].*")) {
            fields.problem(
                    "marker",
                    "'marker' is the name of one file in the folder of 'path', such as _SUCCESS; a marker elsewhere is"
                            + " another step of this type, with its address as 'path'");
        } else if (folderOf(path).matches("(?s).*[*?].*")) {
            fields.problem(
                    "marker",
                    "'marker' stands in the folder of 'path', and that folder's name has '*' or '?' in it; wait for the"
                            + " markers by a 'path' such as '"
                            + folderOf(path) + marker + "' instead");
        }
    }

    private static String folderOf(String path) {
        return path.substring(0, path.lastIndexOf('/') + 1);
    }

    @Override
    public TableUse tables() {
        return new TableUse(Set.of(), Set.of(), true, connection == null ? Set.of() : Set.of(connection));
    }

    @Override
    public boolean dated() {
        return path.isDated();
    }

    @Override
    public Optional<AwaitedFiles> awaitedFiles() {
        return Optional.of(this);
    }

    @Override
    public Duration refreshRate() {
        return Duration.ofSeconds(refreshSeconds);
    }

    @Override
    public String words() {
        List<String> texts = path.texts();
        return (atLeast == 1 ? "" : atLeast + " files of ")
                + texts.get(0)
                + (texts.size() == 1 ? "" : " to " + texts.get(texts.size() - 1))
                + (marker == null ? "" : " and the marker " + marker + " beside")
                + (settle.isZero() ? "" : ", unchanged for " + Durations.words(settle));
    }

    @Override
    public Optional<String> missing(Settings settings, Instant now) {
        S3Connection s3 = connection == null
                ? null
                : (S3Connection) settings.connections().get(connection);
        List<AwaitedListing.Wanted> wanted = new ArrayList<>();
        for (String text : path.texts()) {
            wanted.add(new AwaitedListing.Wanted(text, marker == null ? null : folderOf(text) + marker, atLeast));
        }
        return AwaitedListing.missing(wanted, settle, s3, now);
    }

    @Override
    public Flow expand(Upstream upstream) {
        throw new IllegalStateException("the launcher waits for files, so no graph has this step");
    }
}
