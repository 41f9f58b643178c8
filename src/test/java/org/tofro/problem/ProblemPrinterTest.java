package org.tofro.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProblemPrinterTest {
    @TempDir
    private Path folder;

    private String print(String text, Problem... problems) throws IOException {
        Files.writeString(folder.resolve("a.yaml"), text);
        return new ProblemPrinter().print(List.of(problems)).replace(folder + "/", "");
    }

    private Problem problem(int line, int column) {
        return new Problem(new Span(folder.resolve("a.yaml").toString(), line, column, 1), "it is wrong");
    }

    @Test
    void printsByPositionAndEveryProblemOnce() throws IOException {
        assertThat(print("a: 1\n  b: 2\n", problem(2, 3), problem(1, 4), problem(2, 3)))
                .isEqualTo("""
                        a.yaml:1:4: it is wrong
                          a: 1
                             ^
                        a.yaml:2:3: it is wrong
                            b: 2
                            ^
                        """);
    }

    @Test
    void aTabBeforeTheCaretStaysATab() throws IOException {
        assertThat(print("\tb: 2\n", problem(1, 2))).isEqualTo("a.yaml:1:2: it is wrong\n  \tb: 2\n  \t^\n");
    }

    @Test
    void aControlCharacterDoesNotReachTheTerminal() throws IOException {
        assertThat(print("a: \u001b[31m\n", problem(1, 1)))
                .isEqualTo("a.yaml:1:1: it is wrong\n  a: \uFFFD[31m\n  ^\n");
    }

    @Test
    void aSecretIsMaskedWhateverTheProblem() throws IOException {
        for (String name : List.of("password", "PASSWD", "db_password", "secret_key", "api-token", "aws_access_key")) {
            assertThat(print("{a: 1, " + name + ": hunter2, b: 2}", problem(1, 2), problem(1, 30)))
                    .contains("  {a: 1, " + name + ": ***\n")
                    .doesNotContain("hunter2");
        }
    }

    @Test
    void aReferenceToASecretIsShown() throws IOException {
        assertThat(print("{password: \"${env:DB_PASSWORD}\", b: 2}", problem(1, 2)))
                .contains("  {password: \"${env:DB_PASSWORD}\", b: 2}\n");
        assertThat(print("{password: \"${env:A}\", passwrd: hunter2, token: hunter2}", problem(1, 2)))
                .doesNotContain("hunter2");
        assertThat(print("{password: \"${env:A}hunter2\"}", problem(1, 2))).doesNotContain("hunter2");
    }

    @Test
    void aLineThatIsNotToBeShownIsNot() throws IOException {
        Problem problem = new Problem(problem(1, 1).span(), "it is secret", false);

        assertThat(print("hunter2\n", problem)).isEqualTo("a.yaml:1:1: it is secret\n");
    }

    @Test
    void aFileThatIsGoneHasNoLine() {
        Problem problem = new Problem(Span.startOf("no/such/file.yaml"), "there is no such file");

        assertThat(new ProblemPrinter().print(List.of(problem)))
                .isEqualTo("no/such/file.yaml:1:1: there is no such file\n");
    }

    @Test
    void ofVeryManyProblemsTheFirstHundredArePrinted() {
        List<Problem> many = IntStream.rangeClosed(1, 1234)
                .mapToObj(line -> new Problem(new Span("gone.yaml", line, 1, 1), "it is wrong"))
                .toList();

        assertThat(new ProblemPrinter().print(many))
                .hasLineCount(101)
                .contains("gone.yaml:100:1: it is wrong\nand 1134 more problems\n");
    }
}
