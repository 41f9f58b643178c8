package org.tofro.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.tofro.emr.Bundle;
import org.tofro.pipeline.NamedFile;
import org.tofro.pipeline.PipelineSpec;
import org.tofro.problem.Problems;
import org.tofro.settings.CertificateFile;

/**
 * What a pipeline needs where its run works: its file, what it names, and the runner file, by names under which all is found
 * there as it is here.
 *
 * @param bundle the files
 * @param pipeline the name of the pipeline's file among them
 */
record PipelineBundle(Bundle bundle, String pipeline) {
    private static final Path RUNNERS = Path.of("runners");

    /**
     * A file that another machine does not have is a problem.
     *
     * @param certificates files that the runner file names beside itself
     */
    static PipelineBundle of(PipelineSpec spec, Path runner, List<CertificateFile> certificates, Problems problems)
            throws IOException {
        Path file = spec.file().toAbsolutePath().normalize();
        Map<Path, Path> places = new LinkedHashMap<>();
        for (NamedFile named : spec.files()) {
            if (!named.travels()) {
                problems.add(
                        named.span(),
                        "'" + named.written() + "' is a place of this machine, which the cluster does not have; bring"
                                + " the files to S3, and read them by extract-from-s3");
            } else if (Path.of(named.written()).isAbsolute()) {
                problems.add(
                        named.span(),
                        "'" + named.written() + "' is a path of this machine; write where the file is from the"
                                + " pipeline's own file on, so that it can be taken to the cluster");
            } else {
                places.put(file.resolveSibling(named.written()).normalize(), named.found());
            }
        }
        Path root = root(List.copyOf(places.keySet()));
        Bundle bundle = new Bundle().with(name(Path.of(""), RUNNERS.resolve(runner.getFileName())), runner);
        for (Map.Entry<Path, Path> place : places.entrySet()) {
            add(bundle, name(root, place.getKey()), place.getValue());
        }
        for (CertificateFile each : certificates) {
            Path beside = RUNNERS.resolve(each.written()).normalize();
            if (beside.startsWith("..")) {
                problems.add(
                        each.span(),
                        "'" + each.written() + "' is outside of the folder that holds the one of the runner file, and"
                                + " cannot be taken to the cluster; put it beside the runner file");
            } else {
                bundle.with(name(Path.of(""), beside), each.found());
            }
        }
        return new PipelineBundle(bundle, name(root, file));
    }

    /** The checkout, or the nearest folder that holds all. */
    private static Path root(List<Path> places) {
        for (Path folder : List.of(Path.of("").toAbsolutePath(), Checkout.folder())) {
            if (places.stream().allMatch(place -> place.startsWith(folder))) {
                return folder;
            }
        }
        // The last of them has no parent: the root of all folders, which holds everything.
        Path root = places.get(0);
        for (Path up = root.getParent(); up != null; up = up.getParent()) {
            Path folder = up;
            root = folder;
            if (places.stream().allMatch(place -> place.startsWith(folder))) {
                break;
            }
        }
        return root;
    }

    private static void add(Bundle bundle, String name, Path found) throws IOException {
        if (!Files.isDirectory(found)) {
            bundle.with(name, found);
            return;
        }
        try (Stream<Path> all = Files.walk(found)) {
            for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
                bundle.with(name + "/" + name(found, file), file);
            }
        }
    }

    private static String name(Path root, Path file) {
        return root.relativize(file).toString().replace('\\', '/');
    }
}
