package org.tofro.local;

import java.io.File;
import java.util.Arrays;
import org.apache.flink.client.deployment.application.ApplicationClusterEntryPoint;
import org.apache.flink.client.program.PackagedProgram;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.runtime.entrypoint.ClusterEntrypoint;
import org.apache.flink.runtime.resourcemanager.StandaloneResourceManagerFactory;

/**
 * A JobManager in application mode, as YARN's: it calls the jar's {@code main()} and ends with it. Workers register with it as
 * with that of the stand-in. Nothing of Tofro's is on its class path but this class.
 */
public final class ApplicationEntryPoint extends ApplicationClusterEntryPoint {
    private ApplicationEntryPoint(Configuration configuration, PackagedProgram program) {
        super(configuration, program, StandaloneResourceManagerFactory.getInstance());
    }

    /** Arguments: {@code --configDir}, the folder, the jar, and those of the program. */
    public static void main(String[] arguments) throws Exception {
        Configuration configuration = GlobalConfiguration.loadConfiguration(arguments[1]);
        PackagedProgram program = PackagedProgram.newBuilder()
                .setJarFile(new File(arguments[2]))
                .setConfiguration(configuration)
                .setArguments(Arrays.copyOfRange(arguments, 3, arguments.length))
                .build();
        configureExecution(configuration, program);
        ClusterEntrypoint.runClusterEntrypoint(new ApplicationEntryPoint(configuration, program));
    }
}
