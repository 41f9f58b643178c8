package org.tofro.cli;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.tofro.pipeline.Step;
import org.tofro.pipeline.StepReference;
import org.tofro.pipeline.StepType;
import org.tofro.steps.StepTypes;

/** A step type is one file and one line: whatever else it needs is made from these, or missed here. */
class StepCatalogueTest {
    private static final String BEGIN = "<!-- steps:begin -->\n";
    private static final String END = "<!-- steps:end -->";

    @Test
    void everyStepHasItsLineInTheCatalogue() throws Exception {
        Set<StepType> types = new HashSet<>();
        for (String name : sources()) {
            Class<?> type = Class.forName("org.tofro.steps." + name);
            if (Step.class.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers())) {
                types.add((StepType) type.getField("TYPE").get(null));
            }
        }

        assertThat(types).isNotEmpty().containsExactlyInAnyOrderElementsOf(StepTypes.ALL);
    }

    private static List<String> sources() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/main/java/org/tofro/steps"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java") && !name.equals("package-info.java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .toList();
        }
    }

    @Test
    void everyNameIsGivenOnce() {
        List<String> names = new ArrayList<>();
        for (StepType type : StepTypes.ALL) {
            names.add(type.name());
            names.addAll(type.aliases());
        }

        assertThat(names)
                .doesNotHaveDuplicates()
                .allMatch(name -> name.matches("[a-z]+(-[a-z0-9]+)+|reload|append|upsert|check|transform"));
    }

    @Test
    void everyTypeIsUsedBySomePipeline() throws IOException {
        Set<String> used = new HashSet<>();
        for (String folder : List.of("pipelines", "test-data")) {
            try (Stream<Path> files = Files.walk(Path.of(folder))) {
                for (Path file : files.filter(path -> path.toString().endsWith(".yaml"))
                        .filter(path -> !path.startsWith("test-data/problems"))
                        .toList()) {
                    Files.readAllLines(file).forEach(line -> used.add(line.replaceFirst("^.*type: *", "")));
                }
            }
        }

        assertThat(StepTypes.ALL.stream().map(StepType::name).collect(toSet())).isSubsetOf(used);
    }

    @Test
    void theReadmeHoldsTheReference() throws IOException {
        Path readme = Path.of("README.md");
        String text = Files.readString(readme);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        int end = text.indexOf(END);
        String reference = "\n" + StepReference.of(StepTypes.ALL) + "\n";
        if (GoldenFile.update()) {
            Files.writeString(readme, text.substring(0, begin) + reference + text.substring(end));
        }
        assertThat(text).contains(BEGIN, END);
        assertThat(GoldenFile.update() ? reference : text.substring(begin, end)).isEqualTo(reference);
    }

    @Test
    void theCommandPrintsTheReference() {
        CommandRun whole = CommandRun.of(new StepsCommand());
        CommandRun one = CommandRun.of(new StepsCommand(), "reload");
        CommandRun none = CommandRun.of(new StepsCommand(), "relaod");

        assertThat(whole).isEqualTo(new CommandRun(0, StepReference.of(StepTypes.ALL), ""));
        assertThat(one.out()).startsWith("### reload-prod-table\n").contains("| `max_shrink` |");
        assertThat(none).isEqualTo(new CommandRun(2, "", "there is no step type 'relaod'; did you mean 'reload'?\n"));
    }
}
