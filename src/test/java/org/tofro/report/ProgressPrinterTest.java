package org.tofro.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tofro.data.Progress;
import org.tofro.data.StepLine;

/** A run is quicker than the looks at it: what happened between two of them is told in its order all the same. */
class ProgressPrinterTest {
    private static final List<Progress> STEPS = List.of(
            new Progress("extract", "succeeded", 20, 300, 1_000, 2_000),
            new Progress("load", "succeeded", 20, 0, 2_000, 2_000),
            new Progress("reload", "loading", 5, 0, 2_000, 0));

    private static final List<StepLine> LINES = List.of(
            new StepLine("extract", 1, 1_200, false, "reading"),
            new StepLine("extract", 2, 1_500, true, "the connection was lost"),
            new StepLine("load", 1, 2_000, false, "loading"));

    @Test
    void whatHappenedBetweenTwoLooksIsInOrder() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<LogLine> log = Collections.synchronizedList(new ArrayList<>());
        List<StepLine> said = new ArrayList<>(LINES);
        try (PrintStream err = new PrintStream(out, true, StandardCharsets.UTF_8);
                ProgressPrinter printer = new ProgressPrinter(err, false, log::add, () -> STEPS, () -> {
                    List<StepLine> now = List.copyOf(said);
                    said.clear();
                    return now;
                })) {
            // It looks once more when it is closed.
        }

        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "extract: started",
                        "extract: the connection was lost",
                        "extract: succeeded, 20 rows, 20 rows/s, 300 B, 1.0 s",
                        "load: started",
                        "load: succeeded, 20 rows, 20,000 rows/s, 0.0 s",
                        "reload: started");
        assertThat(log)
                .extracting(line -> line.step() + " " + line.text().replaceFirst(",.*", ""))
                .containsExactly(
                        "extract started",
                        "extract reading",
                        "extract the connection was lost",
                        "extract succeeded",
                        "load started",
                        "load loading",
                        "load succeeded",
                        "reload started");
    }
}
