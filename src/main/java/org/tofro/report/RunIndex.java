package org.tofro.report;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The index of the state area: finds runs by pipeline and interval without reading their reports.
 *
 * <pre>
 *   index/&lt;pipeline&gt;/&lt;start of the interval&gt;/&lt;run&gt;.json    a {@link RunEntry}, written at a launch's start and end
 * </pre>
 *
 * <p>A launch writes its entry while it holds the pipeline's lease. What is no entry, such as a file that is being written
 * at this moment or one that somebody left there, is passed over.
 *
 * @param store the state area
 */
public record RunIndex(ReportStore store) {
    private static final Logger LOG = Logger.getLogger(RunIndex.class.getName());
    private static final String FOLDER = "index/";
    private static final String ENDING = ".json";
    private static final DateTimeFormatter START =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int TRIES = 4;
    private static final long PAUSE_MILLIS = 50;

    /** In the order of their intervals, those of one interval in the order in which they started. */
    static final Comparator<RunEntry> ORDER = Comparator.comparing(RunEntry::intervalStart)
            .thenComparing(RunEntry::startedAt)
            .thenComparing(RunEntry::run);

    /** Where an entry stands: what its path says of it. */
    private record Place(String pipeline, Instant start, String run) {}

    /** Writes the run's entry, in place of an older one, and notes it among the latest of its pipeline. */
    public void write(RunEntry entry) throws IOException {
        store.write(path(entry.pipeline(), START.format(entry.intervalStart()), entry.run()), entry);
        new LatestRuns(store).note(entry);
    }

    /** Removes a run's entry, which must be that of a trial run: others are markers that pipelines wait for. */
    public void delete(RunEntry entry) throws IOException {
        store.files().delete(List.of(path(entry.pipeline(), START.format(entry.intervalStart()), entry.run())));
    }

    /** Names of the pipelines that have an entry. */
    public List<String> pipelines() throws IOException {
        return places("*", "*", "*").stream()
                .map(Place::pipeline)
                .distinct()
                .sorted()
                .toList();
    }

    /** Ids of all runs that have an entry. */
    public List<String> runIds() throws IOException {
        return places("*", "*", "*").stream()
                .map(Place::run)
                .distinct()
                .sorted()
                .toList();
    }

    /** All runs of a pipeline, trial runs too, in the order of their intervals. */
    public List<RunEntry> runs(String pipeline) throws IOException {
        return read(places(pipeline, "*", "*"));
    }

    /** Those of a pipeline's runs that have one of these ids. */
    public List<RunEntry> runs(String pipeline, Set<String> ids) throws IOException {
        return read(places(pipeline, "*", "*").stream()
                .filter(place -> ids.contains(place.run()))
                .toList());
    }

    /** The runs of the pipeline's latest intervals, at most so many, in the order of their intervals. */
    public List<RunEntry> latestRuns(String pipeline, int most) throws IOException {
        List<Place> places = new ArrayList<>(places(pipeline, "*", "*"));
        places.sort(Comparator.comparing(Place::start).thenComparing(Place::run));
        return read(places.subList(Math.max(0, places.size() - most), places.size()));
    }

    /** Runs of a pipeline whose intervals begin in that stretch of time, trial runs too. */
    public List<RunEntry> within(String pipeline, Instant from, Instant to) throws IOException {
        return read(places(pipeline, "*", "*").stream()
                .filter(place -> !place.start().isBefore(from) && place.start().isBefore(to))
                .toList());
    }

    /** The runs of exactly that interval, in the order in which they started; trial runs do not count. */
    public List<RunEntry> of(String pipeline, Instant start, Instant end) throws IOException {
        return read(places(pipeline, START.format(start), "*")).stream()
                .filter(entry -> entry.covers(start, end))
                .toList();
    }

    /** The run of exactly that interval that was launched last; trial runs do not count. */
    public Optional<RunEntry> latest(String pipeline, Instant start, Instant end) throws IOException {
        return of(pipeline, start, end).stream()
                .max(Comparator.comparing(RunEntry::startedAt).thenComparing(RunEntry::run));
    }

    /** The entry of a run for the interval that begins then; empty where there is none. */
    public Optional<RunEntry> entry(String pipeline, Instant start, String run) throws IOException {
        return read(List.of(new Place(pipeline, start, run))).stream().findFirst();
    }

    /** The entries of one run: of more intervals than one where it was a backfill; empty where there is no such run. */
    public List<RunEntry> find(String run) throws IOException {
        return read(places("*", "*", run));
    }

    private static String path(String pipeline, String start, String run) {
        return FOLDER + pipeline + "/" + start + "/" + run + ENDING;
    }

    private List<Place> places(String pipeline, String start, String run) throws IOException {
        return store.files().list(path(pipeline, start, run)).stream()
                .map(RunIndex::place)
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<Place> place(String path) {
        String[] parts = path.replace('\\', '/').split("/", -1);
        if (parts.length < 3 || !parts[parts.length - 1].endsWith(ENDING)) {
            return Optional.empty();
        }
        String file = parts[parts.length - 1];
        try {
            return Optional.of(new Place(
                    parts[parts.length - 3],
                    START.parse(parts[parts.length - 2], Instant::from),
                    file.substring(0, file.length() - ENDING.length())));
        } catch (DateTimeException foreign) {
            return Optional.empty();
        }
    }

    private List<RunEntry> read(List<Place> places) throws IOException {
        List<RunEntry> entries = new ArrayList<>(SideBySide.read(places, this::read));
        entries.sort(ORDER);
        return entries;
    }

    /** One that is being written in this moment is whole a moment later. */
    private Optional<RunEntry> read(Place place) throws IOException, InterruptedException {
        String path = path(place.pipeline(), START.format(place.start()), place.run());
        for (int i = 1; ; i++) {
            try {
                return store.read(path, RunEntry.class).filter(describes(place));
            } catch (IOException e) {
                if (!(e instanceof com.fasterxml.jackson.core.JacksonException)) {
                    throw e;
                }
                if (i == TRIES) {
                    LOG.log(Level.FINE, path + " is no entry of the index", e);
                    return Optional.empty();
                }
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    /** A foreign JSON file reads as an entry without values. */
    @SuppressWarnings("NullAway") // Jackson leaves null what a file does not say.
    private static Predicate<RunEntry> describes(Place place) {
        return entry -> place.pipeline().equals(entry.pipeline())
                && place.run().equals(entry.run())
                && place.start().equals(entry.intervalStart())
                && entry.intervalEnd() != null
                && entry.result() != null
                && entry.startedAt() != null;
    }
}
