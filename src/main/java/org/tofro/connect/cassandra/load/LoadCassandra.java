package org.tofro.connect.cassandra.load;

import com.datastax.oss.driver.api.core.CqlIdentifier;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.metadata.Metadata;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.StepAction;
import org.tofro.connect.StepRefusal;
import org.tofro.connect.cassandra.session.CassandraException;
import org.tofro.connect.cassandra.session.CassandraSessions;
import org.tofro.connect.cassandra.session.RowRate;
import org.tofro.connect.cassandra.write.CqlWriter;
import org.tofro.connect.cassandra.write.WriteOptions;
import org.tofro.connect.extract.ExtractTransform;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.Figures;
import org.tofro.data.LeftOut;
import org.tofro.data.RunContext;
import org.tofro.data.StagedFile;
import org.tofro.data.StagedFiles;
import org.tofro.settings.S3Connection;

/**
 * Loads staged rows into a table of Cassandra, or deletes rows there. Cassandra has no transaction to do that in: a load
 * that fails has written a part, and the next try, or a resume, writes all of it again, to the same cells.
 *
 * <p>The rows of a launch have one {@link WriteTimestamp}: a run of an earlier interval that comes late changes nothing that
 * a later one has written, a launch of the same interval writes over the one before it, and a worker of an earlier launch
 * that still writes changes nothing any more.
 *
 * @param to where and how
 * @param unload what the warehouse writes into files first; null where an earlier step has staged them
 * @param s3 how the staging area is reached; null for a folder
 * @param stagingArea where the rows are
 */
public record LoadCassandra(
        LoadTarget to,
        ExtractTransform.@Nullable Work unload,
        @Nullable S3Connection s3,
        String stagingArea,
        RunContext run)
        implements StepAction {
    private static final int ROWS_IN_FLIGHT = 1024;

    @Override
    public Figures perform(RunningSteps.Work work, List<StagedFiles> given) throws Exception {
        demandBegun();
        StagedFiles files = unload == null
                ? given.get(0)
                : ExtractTransform.perform(unload, work).files();
        work.phase("connecting");
        try (StagingArea area = StagingArea.open(stagingArea, s3);
                CassandraSessions.Lease lease = CassandraSessions.open(to.connection())) {
            RowPlan plan = plan(lease.session(), files);
            return new Loading(lease.session(), area, files, plan, work).load();
        }
    }

    private RowPlan plan(CqlSession session, StagedFiles files) throws StepRefusal {
        // The session may be older than the table.
        Metadata metadata = session.refreshSchema();
        return RowPlan.of(
                to,
                files.schema(),
                metadata.getKeyspace(CqlIdentifier.fromInternal(to.keyspace())),
                metadata.getKeyspaces().keySet());
    }

    private void demandBegun() throws StepRefusal {
        if (to.timestamp() == null && run.intervalStart().isAfter(Instant.now())) {
            throw new StepRefusal(
                    "the run's interval begins at %s, and what is loaded into %s would hide all that anybody writes there until then. Nothing was changed; run an interval that has begun, or say with 'timestamp' which column has each row's write timestamp"
                            .formatted(run.intervalStart(), to.shown()));
        }
    }

    private WriteOptions options(int writers, RunningSteps.Work work) {
        WriteOptions options = WriteOptions.at(WriteTimestamp.of(run))
                .withConsistency(to.consistency())
                .withTtlSeconds(to.ttlSeconds())
                .withWarnings(work::warn)
                .withRate(new RowRate(to.writesPerSecond()))
                .withRowsInFlight(Math.max(1, ROWS_IN_FLIGHT / writers));
        return to.timestamp() == null ? options : options.withTimestampOfEachRow();
    }

    /** What a writer's thread has done. */
    private record Done(long rows, long written, List<Long> withoutKey) {}

    /** One try. */
    private final class Loading {
        private final CqlSession session;
        private final StagingArea area;
        private final StagedFiles files;
        private final RowPlan plan;
        private final RunningSteps.Work work;
        private final List<CqlWriter> writers = new CopyOnWriteArrayList<>();
        private final int threads;

        Loading(CqlSession session, StagingArea area, StagedFiles files, RowPlan plan, RunningSteps.Work work) {
            this.session = session;
            this.area = area;
            this.files = files;
            this.plan = plan;
            this.work = work;
            this.threads = Math.max(1, Math.min(to.writers(), files.files().size()));
        }

        Figures load() throws Exception {
            work.phase("loading");
            work.watch(() -> writers.stream().mapToLong(CqlWriter::acknowledged).sum(), files::bytes);
            Queue<StagedFile> queue = new ConcurrentLinkedQueue<>(files.files());
            WriteOptions options = options(threads, work);
            ExecutorService pool = Executors.newFixedThreadPool(threads, task -> {
                Thread thread = new Thread(task, "tofro-writer-" + to.table());
                thread.setDaemon(true);
                return thread;
            });
            ExecutorCompletionService<Done> ends = new ExecutorCompletionService<>(pool);
            work.onCancel(pool::shutdownNow);
            try {
                for (int i = 0; i < threads; i++) {
                    ends.submit(() -> some(queue, options));
                }
                List<Done> done = new ArrayList<>();
                for (int i = 0; i < threads; i++) {
                    done.add(ends.take().get());
                }
                return figures(done);
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Exception cause ? cause : e;
            } finally {
                pool.shutdownNow();
                writers.forEach(CqlWriter::close);
            }
        }

        private Done some(Queue<StagedFile> queue, WriteOptions options) throws Exception {
            try (CqlWriter writer = writer(options)) {
                FileLoad load = new FileLoad(plan, to.deleteAll(), writer);
                int width = files.schema().columns().size();
                for (StagedFile file = queue.poll(); file != null; file = queue.poll()) {
                    load.load(area, file, files.nullMarker(), width);
                }
                long written = writer == null ? 0 : writer.finish().rows();
                return new Done(load.rows(), written, load.withoutKey());
            }
        }

        /** A trial run changes nothing. */
        private @Nullable CqlWriter writer(WriteOptions options) {
            if (run.limit().isPresent()) {
                return null;
            }
            CqlWriter writer = to.deleteAll() || to.deletes() != null
                    ? CqlWriter.openWithDeletes(session, plan.table(), options)
                    : CqlWriter.open(session, plan.table(), options);
            writers.add(writer);
            return writer;
        }

        private Figures figures(List<Done> done) throws StepRefusal {
            demandKeys(done);
            long read = done.stream().mapToLong(Done::rows).sum();
            long written = done.stream().mapToLong(Done::written).sum();
            boolean trial = run.limit().isPresent();
            if (read != files.rows() || (!trial && written != files.rows())) {
                throw CassandraException.permanent(
                        "step '%s' staged %d rows, %d were read back, and the cluster has acknowledged %d. Run `resume`; if it happens twice, report it"
                                .formatted(files.step(), files.rows(), read, written));
            }
            List<String> notes = new ArrayList<>(plan.notes());
            long repeated = writers.stream().mapToLong(CqlWriter::repeated).sum();
            if (repeated > 0) {
                notes.add(repeated
                        + " requests were made again, because the cluster did not answer or had too much to do");
            }
            if (trial) {
                notes.add("a trial run: the rows were read and encoded, and nothing was written");
            }
            long now = System.currentTimeMillis();
            return new Figures(
                    files.rows(),
                    trial ? 0 : written,
                    LeftOut.NONE,
                    files.bytes(),
                    work.startedAt(),
                    now,
                    0,
                    now - work.startedAt(),
                    false,
                    notes);
        }

        private void demandKeys(List<Done> done) {
            List<String> missing = new ArrayList<>();
            for (int i = 0; i < plan.key(); i++) {
                int column = i;
                long rows = done.stream()
                        .mapToLong(each -> each.withoutKey().get(column))
                        .sum();
                if (rows > 0) {
                    missing.add(rows + (rows == 1 ? " row has" : " rows have") + " no value for the key's column '"
                            + plan.table().columns().get(i).name() + "'");
                }
            }
            if (!missing.isEmpty()) {
                throw CassandraException.permanent(
                        to.shown() + ": " + String.join("; ", missing)
                                + ". Rows before the first of them may be written; leave such rows out in the query, or fill the key");
            }
        }
    }
}
