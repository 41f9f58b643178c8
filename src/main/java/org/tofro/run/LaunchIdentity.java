package org.tofro.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.UUID;
import org.tofro.data.HostName;

/**
 * Who holds a lease: a process of a host. Its text is what the lease stores; another launch on the same host can tell from
 * it whether the process still lives, and take over at once when it does not.
 *
 * @param host the host's name
 * @param boot what tells this boot of it, and this container, from others, and how starts are counted
 * @param process the process id
 * @param processStartedAt because process ids are used again: in the kernel's ticks since the boot, which no step of the
 *     clock changes, where the boot ends in {@link #TICKS}; else in epoch milliseconds
 * @param launch unique to the launch
 */
public record LaunchIdentity(String host, String boot, long process, long processStartedAt, String launch) {
    private static final String SEPARATOR = " ";
    private static final String TICKS = "/ticks";
    private static final String UNKNOWN = "-";

    /** Of the fields of {@code /proc/<pid>/stat}, from 0 on, behind the process's name. */
    private static final int STARTED_AT = 19;

    /** This process, about to launch a run. */
    public static LaunchIdentity ofThisProcess() {
        return of(ProcessHandle.current());
    }

    /** That process of this host, which launches a run. */
    public static LaunchIdentity of(ProcessHandle process) {
        String boot = currentBoot();
        OptionalLong ticks = boot.equals(UNKNOWN) ? OptionalLong.empty() : ticks(process.pid());
        return new LaunchIdentity(
                HostName.ofThisHost(),
                ticks.isPresent() ? boot + TICKS : boot,
                process.pid(),
                ticks.orElseGet(() -> millis(process)),
                UUID.randomUUID().toString().substring(0, 8));
    }

    /** The JDK takes it from the moment of the boot, which moves when the clock is stepped. */
    private static long millis(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    /** Empty where there is no such process, or where the system does not tell. */
    private static OptionalLong ticks(long process) {
        try {
            // The name, in parentheses, may hold anything.
            String stat = Files.readString(Path.of("/proc/" + process + "/stat"), StandardCharsets.ISO_8859_1);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return OptionalLong.of(Long.parseLong(fields[STARTED_AT]));
        } catch (IOException | RuntimeException e) {
            return OptionalLong.empty();
        }
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
            return UNKNOWN;
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

    /** Holders of older versions have starts in milliseconds everywhere. */
    private boolean isHere(String holder) {
        String[] parts = holder.split(SEPARATOR, -1);
        return parts.length == 5 && parts[0].equals(host) && (parts[1].equals(boot) || (parts[1] + TICKS).equals(boot));
    }

    private static boolean lives(String holder) {
        String[] parts = holder.split(SEPARATOR, -1);
        boolean inTicks = parts[1].endsWith(TICKS);
        long startedAt = Long.parseLong(parts[3]);
        return ProcessHandle.of(Long.parseLong(parts[2]))
                .filter(found -> found.isAlive()
                        && (inTicks ? ticks(found.pid()).orElse(startedAt) : millis(found)) == startedAt)
                .isPresent();
    }
}
