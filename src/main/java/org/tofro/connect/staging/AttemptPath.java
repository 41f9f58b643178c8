package org.tofro.connect.staging;

import java.io.Serializable;

/**
 * The folder of one attempt of a step: {@code <pipeline>/<run>/<step>/<attempt>/}. No two attempts share one, so no
 * file is ever written twice.
 */
public record AttemptPath(String pipeline, String run, String step, String attempt) implements Serializable {
    /** The folder's name below the staging area, with a slash at its end. */
    public String folder() {
        return "%s/%s/%s/%s/".formatted(pipeline, run, step, attempt);
    }

    String part(int number) {
        return folder() + "part-%05d.csv.zst".formatted(number);
    }
}
