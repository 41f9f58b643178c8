package org.tofro.connect.staging;

import java.io.Serializable;
import java.util.regex.Pattern;

/**
 * The folder of one attempt of a step: {@code <pipeline>/<run>/<step>/<attempt>/}. No two attempts share one, so no
 * file is ever written twice.
 */
public record AttemptPath(String pipeline, String run, String step, String attempt) implements Serializable {
    private static final Pattern UNUSUAL = Pattern.compile("[^A-Za-z0-9_.-]");

    /** The folder's name below the staging area, with a slash at its end. */
    public String folder() {
        return "%s/%s/%s/%s/".formatted(pipeline, run, plain(step), attempt);
    }

    /** A combination's step has brackets in its name, which not every store and file system takes. */
    private static String plain(String step) {
        String plain = UNUSUAL.matcher(step).replaceAll("_");
        return plain.equals(step) ? step : plain + "-" + Integer.toHexString(step.hashCode());
    }

    String part(int number) {
        return folder() + "part-%05d.csv.zst".formatted(number);
    }
}
