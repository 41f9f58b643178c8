package org.tofro.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The page of licences names every direct dependency. */
class LicencesTest {
    @Test
    void everyDirectDependencyHasItsLine() throws Exception {
        String page = Files.readString(Path.of("docs/licences.md"));

        assertThat(dependencies())
                .contains("org.apache.beam:beam-sdks-java-core")
                .allSatisfy(name -> assertThat(page).contains("| `" + name + "` | "));
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
