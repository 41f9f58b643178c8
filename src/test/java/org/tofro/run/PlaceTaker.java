package org.tofro.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.tofro.settings.Settings;

/** A process that does nothing but take a place for runs, note when it has it, and give it back: all that a run does of it. */
public final class PlaceTaker {
    private PlaceTaker() {}

    /** @param arguments folder of the places, how many there are, seconds to wait, its name, the log, the file to wait for */
    public static void main(String[] arguments) throws Exception {
        Settings.Limits limits =
                new Settings.Limits(60, 60, 1, Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
        Path go = Path.of(arguments[5]);
        try (HostPlaces places = HostPlaces.in(Path.of(arguments[0]), limits, System.err::println)) {
            places.take(new EarlyEnd());
            note(arguments, "begins");
            System.err.println("has its place");
            while (!Files.exists(go)) {
                Thread.sleep(20);
            }
            Thread.sleep(100);
            note(arguments, "ends");
        } catch (BusyException e) {
            System.err.println(e.getMessage());
            System.exit(75);
        }
    }

    private static void note(String[] arguments, String what) throws Exception {
        Files.writeString(
                Path.of(arguments[4]),
                arguments[3] + " " + what + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }
}
