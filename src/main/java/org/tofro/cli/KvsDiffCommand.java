package org.tofro.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.tofro.kvs.Job;
import org.tofro.kvs.VersionDiff;
import org.tofro.report.ReportStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tofro kvs diff}: what two versions of a job differ in. */
@Command(
        name = "diff",
        description = "How many keys two versions of a job differ in. Reads both of them whole.",
        mixinStandardHelpOptions = true)
final class KvsDiffCommand implements Callable<Integer> {
    private final PrintStream out;
    private final PrintStream err;

    @Parameters(index = "0", paramLabel = "JOB", description = "Its name.")
    private String job = "";

    @Parameters(index = "1", paramLabel = "V1", description = "A version.")
    private int before;

    @Parameters(index = "2", paramLabel = "V2", description = "Another one.")
    private int after;

    @Option(
            names = "--keys",
            paramLabel = "N",
            defaultValue = "0",
            description = "Also list so many of the keys added, removed and changed. Default: ${DEFAULT-VALUE}.")
    private int keys;

    @Option(
            names = "--output",
            paramLabel = "table|json",
            defaultValue = "table",
            description = "How the answer is printed. Default: ${DEFAULT-VALUE}.")
    private RunOptions.Output output = RunOptions.Output.TABLE;

    @Mixin
    private KvsOptions options = new KvsOptions();

    KvsDiffCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() throws InterruptedException {
        return options.work(err, store -> {
            Job seen = store.demand(KvsOptions.job(job));
            VersionDiff diff = VersionDiff.of(
                    store.session(),
                    store.keyspace(),
                    KvsStore.demand(seen, before),
                    KvsStore.demand(seen, after),
                    keys);
            if (output == RunOptions.Output.JSON) {
                out.println(ReportStore.json(diff));
            } else {
                print(diff);
            }
            return ExitCode.OK;
        });
    }

    private void print(VersionDiff diff) {
        TextTable table = new TextTable("from version " + diff.before() + " to " + diff.after(), "keys");
        table.add("added", String.valueOf(diff.added()));
        table.add("removed", String.valueOf(diff.removed()));
        table.add("changed", String.valueOf(diff.changed()));
        table.add("alike", String.valueOf(diff.same()));
        out.print(table.text());
        fields("fields that only version " + diff.after() + " has", diff.addedFields());
        fields("fields that only version " + diff.before() + " has", diff.removedFields());
        fields("fields whose types differ, and that were not compared", diff.retypedFields());
        for (VersionDiff.Kind kind : VersionDiff.Kind.values()) {
            diff.first().stream()
                    .filter(difference -> difference.kind() == kind)
                    .forEach(difference -> out.println(kind.name().toLowerCase(Locale.ROOT) + ": "
                            + text(difference.key().parts())));
        }
    }

    /** As the other commands take it. */
    private static String text(List<Object> parts) {
        return parts.size() == 1
                ? String.valueOf(parts.get(0))
                : String.join(
                        ",",
                        parts.stream()
                                .map(part ->
                                        String.valueOf(part).replace("%", "%25").replace(",", "%2C"))
                                .toList());
    }

    private void fields(String what, List<String> names) {
        if (!names.isEmpty()) {
            out.println(what + ": " + String.join(", ", names));
        }
    }
}
