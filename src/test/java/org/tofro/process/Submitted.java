package org.tofro.process;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tofro.connect.emr.FakeEmr;
import org.tofro.local.FlinkHome;
import org.tofro.local.TestYarn;

/**
 * {@code tofro submit} at work, an endpoint in place of EMR's, and the step that was asked of it: its script, as a process
 * with the programs that it finds on EMR.
 */
final class Submitted implements AutoCloseable {
    private static final Pattern APPLICATION = Pattern.compile("application_\\d+_\\d+");

    private final Path folder;
    private final TestYarn yarn;
    private final FlinkHome home;
    private final FakeEmr emr;
    private final Program program;
    private final CompletableFuture<Process> step = new CompletableFuture<>();

    Submitted(Workplace place, TestYarn yarn, FlinkHome home, List<String> arguments) throws IOException {
        this.folder =
                Files.createTempDirectory(Files.createDirectories(place.folder().resolve(".emr")), "step");
        this.yarn = yarn;
        this.home = home;
        Map<String, String> machine = new HashMap<>(place.s3Machine());
        emr = FakeEmr.start(machine.get("AWS_ACCESS_KEY_ID"), machine.get("AWS_SECRET_ACCESS_KEY"))
                .cluster("j-1NIGHTLY", "nightly", "WAITING")
                .stepStates("RUNNING");
        emr.onRunning(asked -> step.complete(begin(asked, place)));
        machine.put("AWS_ENDPOINT_URL_EMR", emr.endpoint());
        List<String> command = new ArrayList<>(List.of("submit"));
        command.addAll(arguments);
        program = place.start(machine, command.toArray(String[]::new));
    }

    private Process begin(JsonNode asked, Workplace place) {
        try {
            Path bin = Files.createDirectories(folder.resolve("bin"));
            Path aws = Files.writeString(
                    bin.resolve("aws"), """
                    #!/bin/bash
                    [ "$1 $2 $3" = "s3 cp --only-show-errors" ] && cp "%s/${4#s3://}" "$5"
                    """.formatted(place.folder().resolve(".tofro/s3")));
            if (!aws.toFile().setExecutable(true)) {
                throw new IOException("cannot make " + aws + " a program");
            }
            List<String> command = new ArrayList<>();
            asked.get("HadoopJarStep").get("Args").forEach(argument -> command.add(argument.asText()));
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("out").toFile());
            Map<String, String> environment = builder.environment();
            environment.put(
                    "PATH",
                    String.join(
                            File.pathSeparator,
                            bin.toString(),
                            yarn.programs().toString(),
                            home.flink().getParent().toString(),
                            environment.get("PATH")));
            environment.put("HADOOP_CLASSPATH", yarn.classPath());
            environment.put("TOFRO_LOOK", "1");
            environment.put(
                    "TOFRO_INFO",
                    Files.writeString(folder.resolve("job-flow.json"), "{\"jobFlowId\": \"j-1NIGHTLY\"}")
                            .toString());
            Process process = builder.start();
            process.onExit().thenAccept(end -> emr.stepStates(end.exitValue() == 0 ? "COMPLETED" : "FAILED"));
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Program program() {
        return program;
    }

    /** What the step's script, and Flink's client in it, have said. */
    String stepSaid() throws IOException {
        Path out = folder.resolve("out");
        return Files.exists(out) ? Files.readString(out) : "";
    }

    int stepsExitCode() throws Exception {
        Process process = step.get(30, TimeUnit.SECONDS);
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            throw new AssertionError("the step's script still runs:\n" + said());
        }
        return process.exitValue();
    }

    /** Waits until EMR is asked to cancel the step, and does as it does then. */
    void awaitCancelled() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!emr.actions().contains("CancelSteps")) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("nobody cancelled the step: " + emr.actions() + "\n" + said());
            }
            Thread.sleep(50);
        }
        step.get().destroy();
    }

    /** YARN's id of the application. */
    String application() throws IOException {
        Matcher application = APPLICATION.matcher(stepSaid());
        if (!application.find()) {
            throw new AssertionError("no application was started:\n" + said());
        }
        return application.group();
    }

    /** All that anybody said, for a test that fails. */
    String said() throws IOException {
        String said = program.said() + stepSaid();
        return APPLICATION.matcher(said).find() ? said + yarn.log(application()) : said;
    }

    @Override
    public void close() throws Exception {
        program.close();
        // After a test that was well nothing is at work.
        if (step.isDone() && step.get().isAlive()) {
            if (APPLICATION.matcher(stepSaid()).find()) {
                yarn.ask("application", "-kill", application());
            }
            step.get().descendants().forEach(ProcessHandle::destroy);
            step.get().destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
        emr.close();
    }
}
