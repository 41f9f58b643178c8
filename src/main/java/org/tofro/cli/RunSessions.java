package org.tofro.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.jdbc.SourceSessions;
import org.tofro.connect.jdbc.mysql.MysqlSessions;
import org.tofro.connect.warehouse.LeftBackends;
import org.tofro.connect.warehouse.WarehouseException;
import org.tofro.pipeline.Interval;
import org.tofro.pipeline.Variables;
import org.tofro.plan.ConnectionCheck;
import org.tofro.plan.StepGraph;
import org.tofro.problem.Problems;
import org.tofro.report.RunEntry;
import org.tofro.report.RunRequest;
import org.tofro.settings.Connection;
import org.tofro.settings.MysqlConnection;
import org.tofro.settings.PostgresConnection;
import org.tofro.settings.Settings;

/** What a run has at work in the databases, ended from outside of its process. */
final class RunSessions {
    private final Operations operations;
    private final RunEntry run;

    RunSessions(Operations operations, RunEntry run) {
        this.operations = operations;
        this.run = run;
    }

    /** Ends all that is left in the warehouse and in the sources; a phrase for each of them. */
    List<String> end() throws WarehouseException {
        List<String> done = new ArrayList<>();
        done.add(phrase(
                LeftBackends.endOfRun(operations.warehouse(), Operations.leased(run), run.run()),
                operations.warehouse().name()));
        List<String> sources = sources();
        if (sources.isEmpty()) {
            return done;
        }
        try {
            Settings served = Served.of(
                    Loaded.settings(operations.runner(), sources), Set.copyOf(sources), operations.err()::println);
            for (String source : sources) {
                Connection server = served.connections().get(source);
                if (server != null) {
                    done.add(end(server));
                }
            }
        } catch (InvalidInputException lacking) {
            done.add("the sources cannot be asked: " + lacking.getMessage());
        }
        return done;
    }

    private String end(Connection server) {
        try {
            int ended = server instanceof MysqlConnection mysql
                    ? MysqlSessions.endOfRun(mysql, run.run())
                    : SourceSessions.endOfRun((PostgresConnection) server, run.run());
            return phrase(ended, server.name());
        } catch (ExtractException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static String phrase(int ended, String connection) {
        return switch (ended) {
            case 0 -> "nothing of it was left at '" + connection + "'";
            case 1 -> "1 session of it was ended at '" + connection + "'";
            default -> ended + " sessions of it were ended at '" + connection + "'";
        };
    }

    /** The relational servers that the pipeline uses, or all where its file cannot be read any more. */
    private List<String> sources() {
        Set<String> used = operations
                .reading(() -> operations.store().readRequest(run.run()))
                .flatMap(this::plan)
                .map(graph -> ConnectionCheck.used(graph.pipeline()))
                .orElse(operations.settings().connections().keySet());
        return new TreeSet<>(used)
                .stream()
                        .filter(name ->
                                isSource(operations.settings().connections().get(name)))
                        .toList();
    }

    private static boolean isSource(@org.jspecify.annotations.Nullable Connection connection) {
        return connection instanceof PostgresConnection || connection instanceof MysqlConnection;
    }

    private Optional<StepGraph> plan(RunRequest request) {
        Variables variables = new Variables(
                request.variables(), new Interval(request.intervalStart(), request.intervalEnd()), System::getenv);
        Problems problems = new Problems();
        Optional<StepGraph> graph = new PipelineLoader(operations.runner(), variables, problems).load(request.file());
        return problems.isEmpty() ? graph : Optional.empty();
    }
}
