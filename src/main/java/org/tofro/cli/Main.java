package org.tofro.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.tofro.connect.emr.EmrException;
import org.tofro.connect.staging.StagingException;
import org.tofro.connect.warehouse.WarehouseException;
import org.tofro.local.StackException;
import org.tofro.run.BusyException;
import org.tofro.run.FlinkProgram;
import org.tofro.run.RunLease;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/** The program. Results go to standard output, everything else to standard error; the exit code is for cron. */
@Command(
        name = "tofro",
        description = "Moves data to and fro between RDS, event logs, Cassandra and Amazon Redshift.",
        mixinStandardHelpOptions = true,
        version = "tofro 0.1.0",
        synopsisSubcommandLabel = "COMMAND")
public final class Main {
    /** System properties that stand for options of {@code run}, so that {@code mvn exec:java -Dpipeline=...} works. */
    private static final List<String> PROPERTIES = List.of("runner", "date", "limit", "output", "needs");

    @CommandLine.Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Log more, and print stack traces of what fails.")
    private boolean debug;

    private Main() {}

    /** Runs the command and ends the process with its exit code, unless that is a process of Flink's. */
    public static void main(String[] args) throws Exception {
        int code = run(arguments(args, System.getProperties()), System.out, System.err);
        System.out.flush();
        if (FlinkProgram.isThis()) {
            FlinkProgram.end(code);
        } else {
            System.exit(code);
        }
    }

    /** Runs a command and returns its exit code. */
    static int run(String[] args, PrintStream out, PrintStream err) {
        return run(args, out, err, Clock.systemUTC());
    }

    /** Runs a command at a time that the clock says. */
    static int run(String[] args, PrintStream out, PrintStream err, Clock clock) {
        Main main = new Main();
        CommandLine line = new CommandLine(main)
                .addSubcommand(new RunCommand(out, err, clock))
                .addSubcommand(new ResumeCommand(out, err))
                .addSubcommand(new SubmitCommand(out, err, clock))
                .addSubcommand(new ValidateCommand())
                .addSubcommand(new PlanCommand())
                .addSubcommand(new StepsCommand())
                .addSubcommand(new StackCommand(Checkout.folder(), runner -> Loaded.settings(runner, List.of())))
                .addSubcommand(new SqlCommand(out, err))
                .addSubcommand(new ScheduleCommand(out, new Crontab("crontab"), Crontab.systemZone(), clock))
                .addSubcommand(new HistoryCommand(out, err, clock))
                .addSubcommand(new ShowCommand(out, err))
                .addSubcommand(new LogsCommand(out, err))
                .addSubcommand(new StatusCommand(out, err, clock))
                .addSubcommand(new MetricsCommand(out, err, clock))
                .addSubcommand(new CleanCommand(out, err, clock))
                .addSubcommand(new CancelCommand(out, err))
                .addSubcommand(new UnlockCommand(out, err))
                .addSubcommand(new PauseCommand(out, err))
                .addSubcommand(new UnpauseCommand(out, err))
                .addSubcommand(new MarkCommand(out, err))
                .addSubcommand(kvs(out, err, clock))
                .addSubcommand(new ForgetCommand(out, err))
                .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
                .setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionStrategy(parsed -> {
            Logging.configure(main.debug);
            return new CommandLine.RunLast().execute(parsed);
        });
        line.setExecutionExceptionHandler((e, command, parsed) -> {
            if (main.debug) {
                e.printStackTrace(err);
            }
            err.println(sentence(e));
            return exitCode(e).code();
        });
        return line.execute(args);
    }

    private static CommandLine kvs(PrintStream out, PrintStream err, Clock clock) {
        return new CommandLine(new KvsCommand())
                .addSubcommand(new KvsVersionsCommand(out, err, clock))
                .addSubcommand(new KvsRollbackCommand(out, err))
                .addSubcommand(new KvsGetCommand(out, err))
                .addSubcommand(new KvsDiffCommand(out, err))
                .addSubcommand(new KvsDropCommand(out, err))
                .addSubcommand(new KvsServeCommand(out, err));
    }

    private static String sentence(Exception e) {
        String message = e.getMessage();
        return message != null && e.getClass().getName().startsWith("org.tofro.")
                ? message
                : "tofro stopped on an unexpected " + e + "; --debug shows where";
    }

    /** The code that a command ends with which throws that. */
    static ExitCode exitCode(Exception e) {
        if (e instanceof InvalidInputException) {
            return ExitCode.INVALID;
        }
        if (e instanceof BusyException) {
            return ExitCode.BUSY;
        }
        if (e instanceof PausedException) {
            return ExitCode.NOT_READY;
        }
        boolean known = e instanceof StackException
                || e instanceof RunLease.LeaseException
                || e instanceof WarehouseException
                || e instanceof StagingException
                || e instanceof EmrException
                || e instanceof FailedException;
        return known ? ExitCode.FAILED : ExitCode.CRASHED;
    }

    /** The arguments as given, or those that system properties stand for when there are none. */
    static String[] arguments(String[] args, Properties properties) {
        String pipeline = properties.getProperty("pipeline");
        if (args.length > 0 || pipeline == null) {
            return args;
        }
        List<String> made = new ArrayList<>(List.of("run", pipeline));
        for (String name : PROPERTIES) {
            String value = properties.getProperty(name);
            if (value != null) {
                made.add("--" + name + "=" + value);
            }
        }
        for (String name : properties.stringPropertyNames()) {
            if (name.startsWith("var.")) {
                made.add("--var=" + name.substring("var.".length()) + "=" + properties.getProperty(name));
            }
            if (name.startsWith("accept.")) {
                made.add("--accept=" + name.substring("accept.".length()) + "=" + properties.getProperty(name));
            }
        }
        if (properties.getProperty("debug") != null) {
            made.add("--debug");
        }
        return made.toArray(String[]::new);
    }
}
