package org.tofro.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The one process of a server's folder: adopted where it runs already, launched where it does not. */
final class OneServer<P extends ServerProcess> {
    private final String name;
    private final Path log;
    private @Nullable P running;

    /**
     * @param name what messages call it
     * @param log what a reader of a failure should look at
     */
    OneServer(String name, Path log) {
        this.name = name;
        this.log = log;
    }

    /** Gives a process that takes clients; null where there is none to adopt. */
    @FunctionalInterface
    interface Source<P> {
        @Nullable
        P get() throws IOException;
    }

    /** Makes sure that the server runs, and returns its port. */
    synchronized int start(Source<P> adopt, Source<P> launch) {
        P known = running;
        if (known != null && known.isAlive()) {
            return known.port();
        }
        try {
            P found = adopt.get();
            P server = found == null ? launch.get() : found;
            running = server;
            if (server == null) {
                throw new IllegalStateException("a launch ends in a server or throws");
            }
            return server.port();
        } catch (IOException e) {
            throw new StackException(
                    "The stand-in of '" + name + "' did not start: " + StackFolder.reason(e) + "; its log is '" + log
                            + "'",
                    e);
        }
    }

    /** The process, where it runs. */
    synchronized Optional<P> running() {
        return Optional.ofNullable(running).filter(ServerProcess::isAlive);
    }
}
