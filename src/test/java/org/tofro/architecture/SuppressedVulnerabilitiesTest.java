package org.tofro.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

/** What is said to be no vulnerability is one part's and has its reason. */
class SuppressedVulnerabilitiesTest {
    @Test
    void eachHasItsPartItsNumberAndItsReason() throws Exception {
        var entries = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse("src/audit/vulnerabilities.xml")
                .getElementsByTagName("suppress");

        assertThat(IntStream.range(0, entries.getLength())
                        .mapToObj(entries::item)
                        .map(Element.class::cast))
                .isNotEmpty()
                .allSatisfy(entry -> {
                    assertThat(text(entry, "notes")).hasSizeGreaterThan(40);
                    assertThat(text(entry, "packageUrl")).startsWith("^pkg:maven/");
                    assertThat(text(entry, "cve")).matches("CVE-\\d{4}-\\d{4,}");
                });
    }

    private static String text(Element entry, String name) {
        var found = entry.getElementsByTagName(name);
        assertThat(found.getLength()).as(name).isEqualTo(1);
        return found.item(0).getTextContent().strip();
    }
}
