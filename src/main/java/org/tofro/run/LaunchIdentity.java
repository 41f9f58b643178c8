package org.tofro.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import org.tofro.data.HostName;

/**
 * Who holds a lease: a process of a host. Its text is what the lease stores; another launch on the same host can tell from
 * it whether the process still lives, and take over at once when it does not.
 *
 * @param host the host's name
 * @param boot what tells this boot of it, and this container, from others
 * @param process the process id
 * @param processStartedAt epoch milliseconds, because process ids are used again
 * @param launch unique to the launch
 */
public record LaunchIdentity(String host, String boot, long process, long processStartedAt, String launch) {
    private static final String SEPARATOR = " ";

    /** This process, about to launch a run. */
    public static LaunchIdentity ofThisProcess() {
        ProcessHandle self = ProcessHandle.current();
        return new LaunchIdentity(
                HostName.ofThisHost(),
                currentBoot(),
                self.pid(),
                startOf(self),
                UUID.randomUUID().toString().substring(0, 8));
    }

    private static long startOf(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    /** Linux says which boot and which process namespace this is; elsewhere the host's name has to do. */
    private static String currentBoot() {
        try {
            String boot =
                    Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
            String namespace =
                    Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
            return boot + "/" + namespace.replace(SEPARATOR, "");
        } catch (IOException | RuntimeException e) {
            return "-";
        }
    }

    /** The text that a lease stores. */
    public String holder() {
        return String.join(SEPARATOR, host, boot, String.valueOf(process), String.valueOf(processStartedAt), launch);
    }

    /** How a person names a holder: the process and its host. */
    public static String describe(String holder) {
        String[] parts = holder.split(SEPARATOR, -1);
        return parts.length == 5 ? "process " + parts[2] + " on " + parts[0] : holder;
    }

    /** Whether that holder was a process of this very host, boot and container that is no more. */
    public boolean knowsDead(String holder) {
        return isHere(holder) && !lives(holder);
    }

    /** Whether that holder is a process of this very host, boot and container that lives. */
    public boolean knowsAlive(String holder) {
        return isHere(holder) && lives(holder);
    }

    private boolean isHere(String holder) {
        String[] parts = holder.split(SEPARATOR, -1);
        return parts.length == 5 && parts[0].equals(host) && parts[1].equals(boot);
    }

    private static boolean lives(String holder) {
        String[] parts = holder.split(SEPARATOR, -1);
        long startedAt = Long.parseLong(parts[3]);
        return ProcessHandle.of(Long.parseLong(parts[2]))
                .filter(found -> startOf(found) == startedAt && found.isAlive())
                .isPresent();
    }
}
