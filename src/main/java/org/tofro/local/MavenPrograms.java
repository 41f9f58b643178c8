package org.tofro.local;

import eu.maveniverse.maven.mima.context.Context;
import eu.maveniverse.maven.mima.context.ContextOverrides;
import eu.maveniverse.maven.mima.context.Runtimes;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.collection.CollectRequest;
import org.eclipse.aether.graph.Dependency;
import org.eclipse.aether.resolution.ArtifactResult;
import org.eclipse.aether.resolution.DependencyRequest;
import org.eclipse.aether.resolution.DependencyResolutionException;
import org.eclipse.aether.util.artifact.JavaScopes;
import org.eclipse.aether.util.filter.DependencyFilterUtils;
import org.jspecify.annotations.Nullable;

/**
 * The jars of servers that are JVMs of their own: Maven's own resolver finds them when they are first wanted, in the user's
 * repository or where the user's settings have Maven look, and their paths are remembered.
 */
final class MavenPrograms {
    private MavenPrograms() {}

    /**
     * The class path of these artifacts and of what they need at run time, as the JVM takes it.
     *
     * @param program what messages call it
     * @param memory the file that remembers the class path
     */
    static String classPath(List<String> artifacts, String program, Path memory, Consumer<String> progress)
            throws IOException {
        if (Files.exists(memory)) {
            String remembered = Files.readString(memory).strip();
            if (Stream.of(remembered.split(File.pathSeparator)).map(Path::of).allMatch(Files::isRegularFile)) {
                return remembered;
            }
        }
        progress.accept("looking for the jars of " + program + " in Maven's repository");
        String found = resolve(artifacts);
        Files.createDirectories(memory.getParent());
        StackFolder.writeForOwner(memory, found);
        return found;
    }

    private static String resolve(List<String> artifacts) throws IOException {
        ContextOverrides.Builder overrides = ContextOverrides.create().withUserSettings(true);
        Path home = mavenHome();
        if (home != null) {
            overrides.withMavenSystemHomeOverride(home);
        }
        String repository = System.getProperty("maven.repo.local");
        if (repository != null) {
            overrides.withLocalRepositoryOverride(Path.of(repository));
        }
        try (Context context = Runtimes.INSTANCE.getRuntime().create(overrides.build())) {
            CollectRequest collect = new CollectRequest(
                    artifacts.stream()
                            .map(artifact -> new Dependency(new DefaultArtifact(artifact), JavaScopes.RUNTIME))
                            .toList(),
                    List.of(),
                    context.remoteRepositories());
            return context
                    .repositorySystem()
                    .resolveDependencies(
                            context.repositorySystemSession(),
                            new DependencyRequest(collect, DependencyFilterUtils.classpathFilter(JavaScopes.RUNTIME)))
                    .getArtifactResults()
                    .stream()
                    .map(ArtifactResult::getArtifact)
                    .map(artifact -> artifact.getFile().getAbsolutePath())
                    .collect(Collectors.joining(File.pathSeparator));
        } catch (DependencyResolutionException e) {
            throw new IOException(
                    "Maven's repository does not give " + String.join(" and ", artifacts) + ": "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
                    e);
        }
    }

    /** Where Maven is installed: its settings for all users may name a mirror. Null where there is none. */
    private static @Nullable Path mavenHome() throws IOException {
        for (String home : List.of("maven.home", "MAVEN_HOME", "M2_HOME")) {
            String folder = home.contains(".") ? System.getProperty(home) : System.getenv(home);
            if (folder != null && !folder.isEmpty()) {
                return Path.of(folder);
            }
        }
        Path program = DaemonProcess.onPath("mvn");
        Path bin = program == null ? null : program.toRealPath().getParent();
        return bin == null || bin.getParent() == null || !Files.isDirectory(bin.resolveSibling("conf"))
                ? null
                : bin.getParent();
    }
}
