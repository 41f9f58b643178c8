package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tofro.problem.ProblemPrinter;
import org.tofro.problem.Problems;
import org.tofro.settings.Environment;
import org.tofro.settings.SettingsReader;

/**
 * Every problem that a pipeline or a runner file can have: a case is a YAML file under {@code test-data/problems} and
 * a text file with what is printed. A first line {@code # arguments: ...} gives {@code validate} more arguments.
 */
class ProblemsGoldenTest {
    private static final Pattern ARGUMENTS = Pattern.compile("\\A# arguments: (.*)");
    private static final Map<String, String> VARIABLES = Map.of("SET", "value");

    static List<Path> pipelines() {
        return GoldenFile.cases("test-data/problems");
    }

    static List<Path> runners() {
        return GoldenFile.cases("test-data/problems/runners");
    }

    @ParameterizedTest
    @MethodSource("pipelines")
    void pipeline(Path file) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(file.toString()));
        Matcher more = ARGUMENTS.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
        if (more.find()) {
            arguments.addAll(List.of(more.group(1).split(" ")));
        }
        CommandRun run = CommandRun.of(new ValidateCommand(), arguments);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        GoldenFile.check(GoldenFile.expectedFor(file), run.err());
    }

    @ParameterizedTest
    @MethodSource("runners")
    void runnerFile(Path file) throws IOException {
        Problems problems = new Problems();
        Environment environment = new SettingsReader(
                        VARIABLES::get, new org.tofro.connect.aws.AwsSecretStores(VARIABLES::get))
                .read(file, problems)
                .orElse(null);
        if (environment != null) {
            environment.settingsFor(environment.connectionTypes().keySet(), problems);
        }
        String printed = new ProblemPrinter().print(problems.all());

        assertThat(printed).isNotEmpty().doesNotContain("hunter2");
        GoldenFile.check(GoldenFile.expectedFor(file), printed);
    }

    @Test
    void thereAreManyCases() {
        assertThat(pipelines()).hasSizeGreaterThanOrEqualTo(40);
        assertThat(runners()).hasSizeGreaterThanOrEqualTo(15);
    }
}
