package org.tofro.connect.emr;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.StepAction;
import org.tofro.data.Figures;
import org.tofro.data.StagedFiles;
import software.amazon.awssdk.services.emr.model.ActionOnFailure;
import software.amazon.awssdk.services.emr.model.StepConfig;

/**
 * Has a jar run as a step of a cluster, and waits for its end. A retry finds the step by its name: it waits for one that is
 * at work, does nothing where it has completed, and starts another one only after a failure. Where the step is cancelled
 * here, it is cancelled there.
 *
 * @param cluster id or name; null for the cluster that this runs on
 * @param region null for the AWS client's own choice
 * @param jar on S3, or of the cluster's machines
 * @param arguments of the jar
 * @param name what no other step of the cluster is called
 * @param pace how often EMR is asked
 */
public record RunEmrStep(
        @Nullable String cluster, @Nullable String region, String jar, List<String> arguments, String name, Pace pace)
        implements StepAction {
    /** Set by the step that starts a run on a cluster. */
    private static final String OWN_CLUSTER = "TOFRO_EMR_CLUSTER";

    private static final Path INFO = Path.of("/mnt/var/lib/info/job-flow.json");
    private static final Pattern ID = Pattern.compile("\"jobFlowId\"\\s*:\\s*\"(j-[A-Z0-9]+)\"");

    public RunEmrStep {
        arguments = List.copyOf(arguments);
    }

    @Override
    public Figures perform(RunningSteps.Work work, List<StagedFiles> files) throws Exception {
        try (Emr emr = Emr.open(region, pace)) {
            String id = emr.find(cluster == null ? own(System.getenv(OWN_CLUSTER), INFO) : cluster);
            Optional<String> before = emr.goodStep(id, name);
            String step = before.isPresent() ? before.get() : emr.add(id, config());
            StepEnd end = await(emr, id, step, work);
            if (!end.good()) {
                throw new EmrException(end.sentence());
            }
            return new Figures(
                    0,
                    0,
                    0,
                    work.startedAt(),
                    System.currentTimeMillis(),
                    0,
                    0,
                    before.isPresent(),
                    List.of(end.sentence()));
        }
    }

    private static StepEnd await(Emr emr, String cluster, String step, RunningSteps.Work work)
            throws InterruptedException {
        boolean ended = false;
        StepWatch.Pause pause = time -> {
            work.pause(time.toMillis());
            return !work.isCancelled();
        };
        try {
            StepEnd end = new StepWatch(emr, cluster, step, pause, work::phase).await(null);
            ended = end.ended();
            return end;
        } finally {
            if (!ended) {
                boolean interrupted = Thread.interrupted();
                emr.cancel(cluster, step);
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    private StepConfig config() {
        return StepConfig.builder()
                .name(name)
                .actionOnFailure(ActionOnFailure.CONTINUE)
                .hadoopJarStep(step -> step.jar(jar).args(arguments))
                .build();
    }

    /**
     * The cluster that this runs on.
     *
     * @param given what the step that started the run says
     * @param info where EMR's machines keep what they are a part of
     */
    static String own(@Nullable String given, Path info) throws IOException {
        if (given != null && !given.isBlank()) {
            return given;
        }
        if (Files.isRegularFile(info)) {
            Matcher id = ID.matcher(Files.readString(info));
            if (id.find()) {
                return id.group(1);
            }
        }
        throw new EmrException("it names no `cluster`, and the run is on none: name one that is running, or run the"
                + " pipeline by `tofro submit`");
    }
}
