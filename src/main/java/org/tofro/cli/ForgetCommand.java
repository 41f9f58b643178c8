package org.tofro.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.tofro.kvs.Forgetting;
import org.tofro.kvs.JobName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tofro forget}: takes keys out of every version of jobs of the key-value store. */
@Command(
        name = "forget",
        description = {
            "Delete keys from every version of jobs in the key-value store, those that are being loaded too: no rollback"
                    + " brings them back.",
            "Delete them from the warehouse first, or the next run serves them again."
        },
        mixinStandardHelpOptions = true)
final class ForgetCommand implements Callable<Integer> {
    private final PrintStream out;
    private final PrintStream err;

    @Parameters(paramLabel = "JOB", arity = "1..*", description = "Their names.")
    private List<String> jobs = new ArrayList<>();

    @Option(
            names = "--key",
            paramLabel = "KEY",
            required = true,
            description = "The key, as `kvs get` takes it; may be given several times.")
    private List<String> keys = new ArrayList<>();

    @Mixin
    private KvsOptions options = new KvsOptions();

    ForgetCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() throws InterruptedException {
        return options.work(err, store -> {
            List<JobName> names = jobs.stream().map(KvsOptions::job).toList();
            // All of them are known before the first is changed.
            names.forEach(store::demand);
            Forgetting forgetting = new Forgetting(store.session(), store.keyspace());
            for (JobName name : names) {
                Forgetting.Forgotten done = forgetting.forget(name, keys);
                out.println("job '" + name + "': " + KvsStore.counted(done.keys(), "key") + " forgotten in "
                        + (done.versions().isEmpty()
                                ? "no version, for there is none"
                                : (done.versions().size() == 1 ? "version " : "versions ")
                                        + String.join(
                                                ", ",
                                                done.versions().stream()
                                                        .map(String::valueOf)
                                                        .toList())
                                        + ", read back and gone; before, there were "
                                        + KvsStore.counted(done.held(), "entry").replace("entrys", "entries")));
            }
            store.snapshots(name -> names.stream()
                            .anyMatch(job -> KvsStore.tablesOf(job).test(name)))
                    .ifPresent(sentence ->
                            out.println("what is forgotten may still stand in files of the disks: " + sentence));
            return ExitCode.OK;
        });
    }
}
