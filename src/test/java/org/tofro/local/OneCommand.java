package org.tofro.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/** A command in a process of its own: it needs a stand-in, and ends. Arguments: the checkout, the daemon's idle time. */
final class OneCommand {
    private OneCommand() {}

    public static void main(String[] arguments) {
        StackOptions options = new StackOptions(Duration.parse(arguments[1]), Environments.OPTIONS.cache());
        Stack.serve(
                Environments.of(Environments.rds("one", null)),
                Set.of("one"),
                Path.of(arguments[0]),
                options,
                System.out::println);
    }
}
