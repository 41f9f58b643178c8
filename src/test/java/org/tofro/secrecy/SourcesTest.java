package org.tofro.secrecy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.tofro.connect.aws.AwsSecretStores;
import org.tofro.problem.Problems;
import org.tofro.settings.SettingsReader;

/** What goes into a jar, or to a cluster beside it, holds no secret. */
class SourcesTest {
    private static final List<String> FOLDERS =
            List.of("src/main", "target/classes", "runners", "pipelines", "scripts");
    private static final Pattern SECRET = Pattern.compile("(?:AKIA|ASIA)[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY-----"
            + "|(?i:aws_?secret_?access_?key)\\s*[=:]\\s*[\"']?[A-Za-z0-9/+]{40}|xox[baprs]-[0-9A-Za-z-]{10,}"
            + "|hooks\\.slack\\.com/services/T\\w+");

    @Test
    void noFileHoldsWhatLooksLikeOne() throws IOException {
        List<Path> files = new ArrayList<>();
        for (String folder : FOLDERS) {
            try (Stream<Path> all = Files.walk(Path.of(folder))) {
                all.filter(Files::isRegularFile).forEach(files::add);
            }
        }
        assertThat(files).hasSizeGreaterThan(500);
        assertThat(files)
                .allSatisfy(file -> assertThat(SECRET.matcher(Files.readString(file, StandardCharsets.ISO_8859_1))
                                .results()
                                .map(found -> found.group()))
                        .as(file.toString())
                        .isEmpty());
    }

    /** A literal password is a problem for who reads the file. */
    @Test
    void noRunnerFileHoldsAPassword() throws IOException {
        try (Stream<Path> runners = Files.list(Path.of("runners"))) {
            assertThat(runners.filter(file -> file.toString().endsWith(".yaml")))
                    .isNotEmpty()
                    .allSatisfy(file -> {
                        Problems problems = new Problems();
                        new SettingsReader(name -> null, new AwsSecretStores(name -> null)).read(file, problems);
                        assertThat(problems.all()).isEmpty();
                    });
        }
    }
}
