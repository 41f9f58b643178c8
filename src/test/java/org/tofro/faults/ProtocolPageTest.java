package org.tofro.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/publish-protocol.md} and the tests walk the same list of what can go wrong. */
class ProtocolPageTest {
    private static final Path PAGE = Path.of("docs/publish-protocol.md");
    private static final Path TESTS = Path.of("src/test/java");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern CLASS = Pattern.compile("`(\\w+Test)`( \\(slow lane\\))?");

    /** A row of the first table, and one of the second, which are about other things than faults. */
    private static final String BREAKS = "## Where a run can break, and what then holds";

    private static final String ELSE = "## What else can happen, and what then holds";

    @Test
    void everyMomentThatBreaksARunIsAFaultOfTheMatrixAndTheOtherWayRound() throws IOException {
        Set<String> faults =
                InjectedFault.ALL.stream().map(InjectedFault::kind).collect(Collectors.toCollection(TreeSet::new));
        Set<String> named = new TreeSet<>();
        for (List<String> row : rows(BREAKS)) {
            List<String> here = found(CODE, row.get(2));
            assertThat(here).as(row.toString()).isNotEmpty().allMatch(faults::contains);
            named.addAll(here);
        }
        assertThat(named).isEqualTo(faults);
    }

    @Test
    void everyTestThatIsNamedIsThereAndInItsLane() throws IOException {
        List<List<String>> rows = new ArrayList<>(rows(BREAKS));
        rows.addAll(rows(ELSE));
        for (List<String> row : rows) {
            Matcher test = CLASS.matcher(row.get(row.size() - 1));
            int tests = 0;
            while (test.find()) {
                tests++;
                String source = source(test.group(1));
                boolean slow = Pattern.compile("(?m)^@Tag\\(\"slow\"\\)")
                        .matcher(source)
                        .find();
                assertThat(test.group(2) != null)
                        .as(test.group() + " is of the slow lane")
                        .isEqualTo(slow);
            }
            assertThat(tests).as("tests of " + row).isPositive();
        }
    }

    @Test
    void thePageNamesTheMatrix() throws IOException {
        assertThat(Files.readString(PAGE)).contains("`" + FaultMatrixTest.class.getSimpleName() + "`");
        assertThatCode(() -> source(FaultMatrixTest.class.getSimpleName())).doesNotThrowAnyException();
    }

    private static List<List<String>> rows(String heading) throws IOException {
        String page = Files.readString(PAGE);
        int start = page.indexOf(heading + "\n");
        assertThat(start).as(heading).isPositive();
        int end = page.indexOf("\n## ", start + 1);
        List<List<String>> rows = page.substring(start, end < 0 ? page.length() : end)
                .lines()
                .filter(line -> line.startsWith("|"))
                .skip(2)
                .map(line -> Stream.of(line.substring(1).split("\\|"))
                        .map(String::strip)
                        .toList())
                .toList();
        assertThat(rows).as(heading).isNotEmpty();
        return rows;
    }

    private static List<String> found(Pattern pattern, String cell) {
        return pattern.matcher(cell).results().map(match -> match.group(1)).toList();
    }

    private static String source(String test) throws IOException {
        try (Stream<Path> files = Files.walk(TESTS)) {
            List<Path> named =
                    files.filter(file -> file.endsWith(test + ".java")).toList();
            assertThat(named).as(test).hasSize(1);
            return Files.readString(named.get(0));
        }
    }
}
