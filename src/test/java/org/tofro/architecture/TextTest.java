package org.tofro.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The repository's texts speak of the project only: no path of one machine, no left-over, no download host. */
class TextTest {
    /** Written in two halves, or this file would find itself. */
    private static final List<String> MACHINE_PATHS = List.of(
            "/" + "tmp/",
            "/" + "work/",
            "/" + "root/",
            "/" + "home/",
            "/" + "Users/",
            ":\\" + "Users\\",
            "/" + "var/folders/");

    private static final List<String> MARKERS = List.of(
            "TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK", "not " + "implemented", "not yet " + "implemented");

    private static final List<String> HOSTS = List.of(
            "repo." + "maven",
            "repo1." + "maven",
            "maven." + "google",
            "oss." + "sonatype",
            "central." + "sonatype",
            "arti" + "factory",
            "registry." + "npmjs",
            "py" + "pi.org",
            "docker." + "io",
            "gh" + "cr.io",
            "quay." + "io");

    static Stream<String> forbidden() {
        return Stream.of(MACHINE_PATHS, MARKERS, HOSTS).flatMap(List::stream);
    }

    @ParameterizedTest
    @MethodSource("forbidden")
    void noTextHolds(String words) {
        Pattern found = pattern(words);

        assertThat(Sources.all().stream().flatMap(source -> lines(source, found)))
                .isEmpty();
    }

    @Test
    void theTextsAreRead() {
        assertThat(Sources.all())
                .extracting(Sources.Source::path)
                .contains("pom.xml", "README.md", "src/main/java/org/tofro/data/package-info.java")
                .noneMatch(path -> path.startsWith("target/"));
    }

    @ParameterizedTest
    @MethodSource("forbidden")
    void aTextThatHoldsItIsFound(String words) {
        assertThat(lines(new Sources.Source("a.txt", "first\nsee " + words + " here"), pattern(words)))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("a.txt:2: see ");
    }

    /** A marker is a word by itself; a path or a host may go on, and hosts are written in any case. */
    private static Pattern pattern(String words) {
        if (MARKERS.contains(words)) {
            return Pattern.compile("\\b" + Pattern.quote(words) + "\\b");
        }
        return HOSTS.contains(words)
                ? Pattern.compile(Pattern.quote(words.toLowerCase(Locale.ROOT)), Pattern.CASE_INSENSITIVE)
                : Pattern.compile("(?<![\\w.}])" + Pattern.quote(words));
    }

    private static Stream<String> lines(Sources.Source source, Pattern found) {
        String[] lines = source.text().split("\n", -1);
        return IntStream.range(0, lines.length)
                .filter(i -> found.matcher(lines[i]).find())
                .mapToObj(i -> source.path() + ":" + (i + 1) + ": " + lines[i].strip());
    }
}
