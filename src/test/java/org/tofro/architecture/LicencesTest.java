package org.tofro.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The page of licences names every direct dependency, and all that these bring along; {@code -Dgolden.update=true} rewrites the latter. */
class LicencesTest {
    private static final Path PAGE = Path.of("docs/licences.md");
    private static final String BEGIN = "<!-- brought along: begin -->\n";
    private static final String END = "<!-- brought along: end -->\n";

    @Test
    void everyDirectDependencyHasItsLine() throws Exception {
        String page = Files.readString(PAGE);

        assertThat(dependencies())
                .contains("org.apache.beam:beam-sdks-java-core")
                .allSatisfy(name -> assertThat(page).contains("| `" + name + "` | "));
    }

    @Test
    void everyPartOfTheClassPathHasItsLine() throws Exception {
        List<String> direct = dependencies();
        TreeMap<String, String> rows = new TreeMap<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path pom = pomOf(Path.of(entry));
            if (pom != null) {
                Path folder = pom.getParent().getParent();
                String name = groupOf(folder.getParent()) + ":" + folder.getFileName();
                if (!direct.contains(name)) {
                    rows.put(name, "| `" + name + "` | " + licence(pom) + " |\n");
                }
            }
        }
        String table = "| part | licence |\n|---|---|\n" + String.join("", rows.values());
        String page = Files.readString(PAGE);
        int begin = page.indexOf(BEGIN) + BEGIN.length();
        int end = page.indexOf(END);
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(PAGE, page.substring(0, begin) + table + page.substring(end));
            return;
        }

        assertThat(rows).hasSizeGreaterThan(200);
        assertThat(rows.values()).noneMatch(row -> row.contains("| none |"));
        assertThat(page.substring(begin, end)).isEqualTo(table);
    }

    /** The description that Maven keeps beside a jar; null for what is no jar of its repository. */
    private static @Nullable Path pomOf(Path jar) throws IOException {
        if (!jar.toString().endsWith(".jar") || jar.getParent() == null) {
            return null;
        }
        Path version = jar.getParent();
        Path pom = version.resolve(version.getParent().getFileName() + "-" + version.getFileName() + ".pom");
        return Files.isRegularFile(pom) ? pom : null;
    }

    /** The group that a folder of Maven's repository is for: it begins below the repository's own. */
    private static String groupOf(Path folder) {
        String path = folder.toString().replace(File.separatorChar, '/');
        return path.substring(path.lastIndexOf("/repository/") + "/repository/".length())
                .replace('/', '.');
    }

    /** The names of the licences, of the part's own description or the nearest of those that it inherits from. */
    private static String licence(Path pom) throws Exception {
        Document document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(pom.toFile());
        XPath path = XPathFactory.newInstance().newXPath();
        var names = (NodeList) path.evaluate("/project/licenses/license/name", document, XPathConstants.NODESET);
        if (names.getLength() > 0) {
            List<String> found = new ArrayList<>();
            for (int i = 0; i < names.getLength(); i++) {
                found.add(names.item(i)
                        .getTextContent()
                        .strip()
                        .replaceAll("\\s+", " ")
                        .replace("|", "/"));
            }
            return String.join("; ", found);
        }
        String group = path.evaluate("/project/parent/groupId", document).strip();
        String name = path.evaluate("/project/parent/artifactId", document).strip();
        String version = path.evaluate("/project/parent/version", document).strip();
        Path repository = pom;
        while (repository != null && !repository.endsWith("repository")) {
            repository = repository.getParent();
        }
        if (repository == null || name.isEmpty()) {
            return "none";
        }
        Path parent = repository
                .resolve(group.replace('.', '/'))
                .resolve(name)
                .resolve(version)
                .resolve(name + "-" + version + ".pom");
        return Files.isRegularFile(parent) ? licence(parent) : "none";
    }

    private static List<String> dependencies() throws Exception {
        var pom = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse("pom.xml");
        var found = (NodeList) XPathFactory.newInstance()
                .newXPath()
                .evaluate("/project/dependencies/dependency", pom, XPathConstants.NODESET);
        return IntStream.range(0, found.getLength())
                .mapToObj(found::item)
                .map(Element.class::cast)
                .map(dependency -> text(dependency, "groupId") + ":" + text(dependency, "artifactId"))
                .toList();
    }

    private static String text(Element dependency, String name) {
        return dependency.getElementsByTagName(name).item(0).getTextContent();
    }
}
