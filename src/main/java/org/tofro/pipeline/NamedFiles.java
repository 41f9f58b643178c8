package org.tofro.pipeline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tofro.problem.Span;
import org.tofro.settings.CertificateFile;
import org.tofro.yaml.Node;

/** Keeps what files a pipeline names, so that they can be taken where it runs. */
final class NamedFiles {
    private final Map<String, NamedFile> files = new LinkedHashMap<>();

    NamedFiles(Path pipeline) {
        String name = String.valueOf(pipeline.getFileName());
        files.put(name, new NamedFile(name, pipeline, Span.startOf(pipeline.toString()), true));
    }

    /** A file that was read. */
    void add(Node.Scalar named, Path found) {
        files.putIfAbsent(named.text(), new NamedFile(named.text(), found, named.span(), true));
    }

    /** Certificates, which were read. */
    void add(CertificateFile named) {
        files.putIfAbsent(named.written(), new NamedFile(named.written(), named.found(), named.span(), true));
    }

    /** A place that a step reads where it runs. */
    void addPlace(Node.Scalar named, Path place) {
        files.putIfAbsent(named.text(), new NamedFile(named.text(), place, named.span(), false));
    }

    /** In the order in which they were named, the pipeline's own first. */
    List<NamedFile> all() {
        return new ArrayList<>(files.values());
    }
}
