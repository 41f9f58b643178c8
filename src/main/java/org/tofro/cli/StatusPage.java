package org.tofro.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.tofro.report.ReportStore;

/** The status of all pipelines as one page of HTML that needs nothing beside it, so that it can be put anywhere. */
final class StatusPage {
    private static final String DATA = "{\"pipelines\": []}";

    private StatusPage() {}

    /**
     * What the page shows.
     *
     * @param at when it was so
     * @param runner the environment
     */
    private record Contents(Instant at, String runner, List<Row> pipelines) {}

    /**
     * A pipeline's row.
     *
     * @param sentences what to know about it
     */
    private record Row(PipelineStatus status, List<String> sentences) {}

    static String of(List<PipelineStatus> all, Operations operations, Instant now) {
        List<Row> rows = all.stream()
                .map(each -> new Row(each, each.sentences(operations)))
                .toList();
        String data = ReportStore.json(new Contents(now, operations.settings().name(), rows))
                // Whatever a name or message holds, it ends no script.
                .replace("<", "\\u003c")
                .replaceAll("\n *", "");
        return template().replace(DATA, data);
    }

    private static String template() {
        try (InputStream page = StatusPage.class.getResourceAsStream("status.html")) {
            if (page == null) {
                throw new IllegalStateException("status.html is not on the class path");
            }
            return new String(page.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read status.html", e);
        }
    }
}
