package org.tofro.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.tofro.kvs.EntryJson;
import org.tofro.kvs.JobName;
import org.tofro.kvs.KvsAnswer;
import org.tofro.kvs.KvsClient;
import org.tofro.kvs.KvsEntry;
import org.tofro.kvs.KvsKey;
import org.tofro.kvs.KvsReadException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tofro kvs get}: what readers get for a key. */
@Command(name = "get", description = "What readers get for a key, as JSON.", mixinStandardHelpOptions = true)
final class KvsGetCommand implements Callable<Integer> {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final PrintStream out;
    private final PrintStream err;

    @Parameters(index = "0", paramLabel = "JOB", description = "Its name.")
    private String job = "";

    @Parameters(
            index = "1",
            paramLabel = "KEY",
            description =
                    "The key. The parts of one of several columns are separated by commas, and a comma or a percent"
                            + " sign within one is written %%2C or %%25.")
    private String key = "";

    @Option(names = "--fields", split = ",", paramLabel = "FIELD", description = "Those to read. Default: all.")
    private List<String> fields = new ArrayList<>();

    @Option(names = "--version", paramLabel = "N", description = "The version. Default: the current one.")
    private @Nullable Integer version;

    @Mixin
    private KvsOptions options = new KvsOptions();

    KvsGetCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() throws InterruptedException {
        return options.work(err, store -> {
            JobName name = KvsOptions.job(job);
            try (KvsClient client = new KvsClient(store.session(), store.keyspace(), TIMEOUT)) {
                KvsAnswer answer = answer(client, name);
                if (answer.entries().isEmpty()) {
                    err.println("version " + answer.version().number() + " of job '" + name + "' has no such key");
                    return ExitCode.FAILED;
                }
                out.println(json(answer.entries().values().iterator().next()));
                return ExitCode.OK;
            } catch (KvsReadException e) {
                throw e.reason() == KvsReadException.Reason.UNKNOWN_JOB ? store.unknown(name) : e;
            }
        });
    }

    private KvsAnswer answer(KvsClient client, JobName name) {
        Integer number = version;
        CompletionStage<KvsAnswer> stage = number == null
                ? client.getAll(name, schema -> List.of(KvsKey.parse(name, schema, key)), fields)
                : client.getAll(name, number, schema -> List.of(KvsKey.parse(name, schema, key)), fields);
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private static String json(KvsEntry entry) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeStringField("job", entry.version().job().name());
            json.writeNumberField("version", entry.version().number());
            json.writeFieldName("key");
            EntryJson.key(entry.version().schema().key(), entry.key(), json);
            json.writeFieldName("fields");
            EntryJson.fields(entry, json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("memory takes what is written", e);
        }
        return text.toString();
    }
}
