package org.tofro.steps;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.StepTransform;
import org.tofro.connect.emr.Pace;
import org.tofro.connect.emr.RunEmrStep;
import org.tofro.data.RunContext;
import org.tofro.pipeline.Fields;
import org.tofro.pipeline.Flow;
import org.tofro.pipeline.Step;
import org.tofro.pipeline.StepType;
import org.tofro.pipeline.TableUse;
import org.tofro.pipeline.Upstream;

/**
 * Has a jar run on a cluster of EMR, and waits for its end.
 *
 * @param cluster id or name of a cluster that is running; null for the one that the run is on
 * @param region AWS region; null for the AWS client's own choice
 * @param jar on S3, or of the cluster's machines
 * @param arguments of the jar
 */
public record EmrStep(@Nullable String cluster, @Nullable String region, String jar, List<String> arguments)
        implements Step {
    public static final StepType TYPE = new StepType(
            "emr-step",
            List.of(),
            "Runs a jar as a step of a cluster of EMR, and waits for its end: what Tofro has no step for.",
            EmrStep::read);

    /** A comma behind backslashes belongs to the argument: Data Pipeline wanted several of them. */
    private static final String SEPARATOR = "(?<!\\\\),";

    public EmrStep {
        arguments = List.copyOf(arguments);
    }

    private static EmrStep read(Fields fields) {
        String written = fields.field(
                        "step_string",
                        "The jar and its arguments with commas between them, as Dataduct has it; a comma inside of an"
                                + " argument stands behind a backslash, or several.")
                .optionalText();
        String jar = fields.field(
                        "jar", "The jar: `s3://bucket/file.jar`, or one of EMR's own such as `command-runner.jar`.")
                .optionalText();
        fields.exactlyOne("step_string", "jar");
        List<String> arguments = fields.field("arguments", "The arguments of `jar`.", "script_arguments")
                .arguments();
        String cluster = fields.field(
                        "cluster",
                        "A cluster that is running, by its id or its name. Where it is missing, the one that the run is"
                                + " on: by `tofro submit`.",
                        "cluster_id",
                        "cluster_name")
                .optionalText();
        String region = fields.field("region", "The AWS region of `cluster`, where it is not the machine's own.")
                .optionalText();
        if (written == null) {
            return new EmrStep(cluster, region, jar == null ? "?" : jar.strip(), arguments);
        }
        if (!arguments.isEmpty()) {
            fields.problem(
                    "arguments", "'arguments' go with 'jar'; in 'step_string' they follow the jar, after commas");
        }
        List<String> parts = new ArrayList<>();
        for (String part : written.strip().split(SEPARATOR, -1)) {
            parts.add(part.replaceAll("\\\\+,", ","));
        }
        if (parts.get(0).isBlank()) {
            fields.problem("step_string", "'step_string' begins with the jar, such as s3://bucket/job.jar,argument");
        }
        return new EmrStep(cluster, region, parts.get(0).strip(), parts.subList(1, parts.size()));
    }

    /** What the jar touches is not known. */
    @Override
    public TableUse tables() {
        return new TableUse(Set.of(), Set.of(), false, Set.of());
    }

    @Override
    public List<String> details() {
        return List.of(
                "runs " + jar + (cluster == null ? " on the cluster that the run is on" : " on cluster " + cluster));
    }

    /** Whether it needs a run that is on a cluster. */
    public boolean isOnOwnCluster() {
        return cluster == null;
    }

    @Override
    public Flow expand(Upstream upstream) {
        RunContext run = upstream.run();
        RunEmrStep action = new RunEmrStep(
                cluster, region, jar, arguments, "tofro " + run.run() + "/" + upstream.step(), Pace.DEFAULT);
        return new Flow(upstream.ready().apply("step", StepTransform.of(run, action)), null);
    }
}
