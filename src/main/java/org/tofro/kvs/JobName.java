package org.tofro.kvs;

import java.io.Serializable;
import java.util.regex.Pattern;

/**
 * A job's name: lower-case letters, digits and underscores, a letter first. Cassandra takes 48 characters for a table's
 * name, so a name has at most {@value #LONGEST}, and a version nine digits.
 */
public record JobName(String name) implements Serializable, Comparable<JobName> {
    public static final int LONGEST = 38;

    private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9_]{0," + (LONGEST - 1) + "}");

    public JobName {
        if (!isValid(name)) {
            throw new IllegalArgumentException("'" + name + "' is no job's name; " + rule());
        }
    }

    public static boolean isValid(String name) {
        return FORM.matcher(name).matches() && !name.equals(VersionsTable.NAME);
    }

    /** What a name must look like, as messages say it. */
    public static String rule() {
        return "it is at most " + LONGEST + " lower-case letters, digits and underscores, a letter first, and not '"
                + VersionsTable.NAME + "'";
    }

    /** The table of a version. */
    public String table(int version) {
        return name + "_" + version;
    }

    @Override
    public int compareTo(JobName other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
