package org.tofro.local;

import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;

/**
 * What a command may choose about the daemon that it starts.
 *
 * @param idle how long the daemon stays when no command needs it
 * @param cache where PostgreSQL's programs are unpacked, once for all checkouts
 */
public record StackOptions(Duration idle, Path cache) {
    /**
     * The options of this machine: {@code -Dtofro.stack.idle=PT30M} (an ISO 8601 duration; 30 minutes by default) and
     * {@code -Dtofro.cache=FOLDER} (the user's folder for caches by default).
     *
     * @throws StackException where the duration is none
     */
    public static StackOptions ofThisMachine() {
        String idle = System.getProperty("tofro.stack.idle", "PT30M");
        try {
            return new StackOptions(Duration.parse(idle), cacheFolder());
        } catch (DateTimeParseException e) {
            throw new StackException(
                    "tofro.stack.idle is '" + idle + "'; it must be an ISO 8601 duration such as PT30M", e);
        }
    }

    private static Path cacheFolder() {
        String chosen = System.getProperty("tofro.cache");
        if (chosen != null) {
            return Path.of(chosen).toAbsolutePath();
        }
        Path home = Path.of(System.getProperty("user.home"));
        if (System.getProperty("os.name").startsWith("Mac")) {
            return home.resolve("Library/Caches/tofro");
        }
        String xdg = System.getenv("XDG_CACHE_HOME");
        return (xdg == null || xdg.isEmpty() ? home.resolve(".cache") : Path.of(xdg)).resolve("tofro");
    }
}
