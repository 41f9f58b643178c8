package org.tofro.local;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A server of a stand-in that is a process of its own. */
interface ServerProcess {
    ProcessHandle process();

    /** Where it listens for clients. */
    int port();

    default boolean isAlive() {
        return Subprocess.isAlive(process());
    }

    /** Stops the server: its clients are disconnected, nothing that was committed is lost. Returns when it has gone. */
    void stop() throws IOException;

    /**
     * Stops it by one signal after another, as {@code kill} takes them.
     *
     * @param what it is, for the message of one that does not end
     * @param patience with each of them
     */
    default void stopBy(List<String> signals, Duration patience, String what) throws IOException {
        String pid = Long.toString(process().pid());
        for (String signal : signals) {
            Subprocess.run(List.of("kill", signal, pid), Path.of("/"), Duration.ofSeconds(10));
            if (Subprocess.waitForEnd(process(), patience)) {
                return;
            }
        }
        throw new IOException("the " + what + " server " + pid + " does not stop");
    }
}
