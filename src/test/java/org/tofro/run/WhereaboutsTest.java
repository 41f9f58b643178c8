package org.tofro.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a process is: a host, or a container of YARN on EMR. */
class WhereaboutsTest {
    private static final LaunchIdentity IDENTITY = new LaunchIdentity("ip-10-0-1-7", "b", 17, 0, "l");

    @TempDir
    private Path folder;

    @Test
    void onAHostItIsAProcess() {
        Whereabouts here = Whereabouts.of(IDENTITY, Map.of(), folder.resolve("none"));

        assertThat(here.words()).isEqualTo("process 17 on ip-10-0-1-7");
        assertThat(here.workerLogs()).isEmpty();
    }

    @Test
    void onEmrItIsAnApplicationOfACluster() throws IOException {
        Path jobFlow = folder.resolve("job-flow.json");
        Files.writeString(jobFlow, "{\"jobFlowId\" : \"j-2A7QWERT1GAPL\", \"masterInstanceId\": \"i-1\"}");

        Whereabouts here =
                Whereabouts.of(IDENTITY, Map.of("CONTAINER_ID", "container_e05_1795000000000_0042_01_000001"), jobFlow);

        assertThat(here.words())
                .isEqualTo("process 17 on ip-10-0-1-7, application_1795000000000_0042 of EMR cluster j-2A7QWERT1GAPL");
        assertThat(here.workerLogs())
                .contains("the logs of its workers: `yarn logs -applicationId application_1795000000000_0042` on the"
                        + " cluster, and once they are brought to S3 under"
                        + " <log_uri>/j-2A7QWERT1GAPL/containers/application_1795000000000_0042/");
    }
}
