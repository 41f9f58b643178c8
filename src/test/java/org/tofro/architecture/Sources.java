package org.tofro.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The repository's text files, as they lie in the checkout. */
final class Sources {
    /** What the build and the tools leave behind, beside what is kept. */
    private static final Set<String> NOT_KEPT = Set.of(".git", ".idea", ".vscode", ".tofro", "target");

    private Sources() {}

    /** One text file; its path is relative to the repository, with slashes. */
    record Source(String path, String text) {
        private static final Pattern PUBLIC_TYPE = Pattern.compile(
                "^public (?:(?:abstract|final|sealed|non-sealed|static) )*(?:@?interface|class|record|enum) ",
                Pattern.MULTILINE);

        private static final Pattern TYPE_WITH_JAVADOC = Pattern.compile(
                "\\*/\\n(?:[@ )}][^\\n]*\\n)*public (?:(?:abstract|final|sealed|non-sealed|static) )*(?:@?interface|class|record|enum) ");

        String name() {
            return path.substring(path.lastIndexOf('/') + 1);
        }

        boolean hasPublicType() {
            return PUBLIC_TYPE.matcher(text).find();
        }

        boolean hasJavadocOnItsType() {
            return TYPE_WITH_JAVADOC.matcher(text).find();
        }
    }

    /** The Java files that are shipped. */
    static List<Source> main() {
        return under(Path.of("src/main/java")).stream()
                .filter(source -> source.path().endsWith(".java"))
                .toList();
    }

    /** Every text file that the repository keeps. */
    static List<Source> all() {
        return under(Path.of(""));
    }

    private static List<Source> under(Path folder) {
        Path root = Path.of("").toAbsolutePath();
        List<Source> found = new ArrayList<>();
        try {
            Files.walkFileTree(root.resolve(folder), new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
                    return NOT_KEPT.contains(path.getFileName().toString())
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
                    byte[] bytes = Files.readAllBytes(path);
                    // A NUL is in no text; in a checkout with worktrees .git is a file.
                    if (!NOT_KEPT.contains(path.getFileName().toString()) && !contains(bytes, (byte) 0)) {
                        found.add(new Source(
                                root.relativize(path).toString().replace('\\', '/'),
                                new String(bytes, StandardCharsets.UTF_8)));
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the checkout", e);
        }
        return found;
    }

    private static boolean contains(byte[] bytes, byte wanted) {
        for (byte b : bytes) {
            if (b == wanted) {
                return true;
            }
        }
        return false;
    }
}
