package org.tofro.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tofro.local.Stack;
import org.tofro.local.StackException;
import org.tofro.settings.Settings;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tofro stack}: starts, stops and shows the stand-ins of this checkout. */
@Command(
        name = "stack",
        description = "The stand-ins of RDS, S3 and Redshift on this machine.",
        mixinStandardHelpOptions = true,
        scope = CommandLine.ScopeType.INHERIT,
        synopsisSubcommandLabel = "(up | down | status)")
public final class StackCommand {
    private final Path checkout;
    private final Function<String, Settings> environments;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls a command
    private CommandSpec spec;

    /**
     * @param checkout whose stand-ins
     * @param environments reads the runner file of that name
     */
    public StackCommand(Path checkout, Function<String, Settings> environments) {
        this.checkout = checkout;
        this.environments = environments;
    }

    /** What can be started though the environment does not name it. */
    enum With {
        FLINK
    }

    @Command(description = "Start and seed the stand-ins of an environment, and show where they are.")
    int up(
            @Option(
                            names = "--runner",
                            paramLabel = "NAME",
                            defaultValue = "local",
                            description = "A name under runners/ or a path (default: ${DEFAULT-VALUE}).")
                    String runner,
            @Option(
                            names = "--with",
                            paramLabel = "flink",
                            description = "A Flink cluster too, of a JobManager and two TaskManagers.")
                    @Nullable
                    With with) {
        return sayFailure(() -> {
            PrintWriter progress = spec.commandLine().getErr();
            Settings settings = environments.apply(runner);
            Stack.up(with == With.FLINK ? settings.withStandInOfFlink() : settings, checkout, line -> {
                progress.println(line);
                progress.flush();
            });
            show();
        });
    }

    @Command(description = "Stop the stand-ins. Their data stays in .tofro.")
    int down() {
        return sayFailure(() -> {
            boolean stopped = Stack.down(checkout);
            spec.commandLine().getOut().println(stopped ? "The stack is down." : "The stack was not up.");
        });
    }

    @Command(description = "Show the stand-ins that run, and where.")
    int status() {
        return sayFailure(this::show);
    }

    private void show() {
        Optional<List<Stack.Server>> servers = Stack.status(checkout);
        PrintWriter out = spec.commandLine().getOut();
        if (servers.isEmpty()) {
            out.println("The stack is down.");
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("connection", "type", "address", "process", "data"));
        for (Stack.Server server : servers.get()) {
            rows.add(List.of(
                    server.connection(),
                    server.type(),
                    server.address(),
                    Long.toString(server.pid()),
                    shown(server.folder())));
        }
        rows.forEach(row -> out.println(line(row, rows)));
        out.flush();
    }

    private String shown(Path folder) {
        int tofro = folder.toString().indexOf("/.tofro/");
        return tofro < 0 ? folder.toString() : folder.toString().substring(tofro + 1);
    }

    private static String line(List<String> row, List<List<String>> rows) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.size(); i++) {
            int column = i;
            int width = rows.stream()
                    .mapToInt(other -> other.get(column).length())
                    .max()
                    .orElse(0);
            line.append(row.get(i)).append(" ".repeat(width - row.get(i).length() + 2));
        }
        return line.toString().stripTrailing();
    }

    private int sayFailure(Runnable action) {
        try {
            action.run();
            spec.commandLine().getOut().flush();
            return 0;
        } catch (StackException e) {
            spec.commandLine().getErr().println(e.getMessage());
            spec.commandLine().getErr().flush();
            return 1;
        }
    }
}
