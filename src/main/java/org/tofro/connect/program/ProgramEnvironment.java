package org.tofro.connect.program;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a program finds in its environment of this one's: no credentials of Tofro's, no options of its JVM. */
public final class ProgramEnvironment {
    /** What programs need to work at all. */
    private static final List<String> INHERITED =
            List.of("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "SYSTEMROOT");

    private ProgramEnvironment() {}

    /** A new map, to which the caller adds. */
    public static Map<String, String> inherited() {
        Map<String, String> all = new TreeMap<>();
        Map<String, String> ours = System.getenv();
        for (String name : INHERITED) {
            String value = ours.get(name);
            if (value != null) {
                all.put(name, value);
            }
        }
        all.putIfAbsent("PATH", "/usr/local/bin:/usr/bin:/bin");
        return all;
    }
}
