package org.tofro.pipeline;

/**
 * How many earlier steps' files a step takes.
 *
 * @param least at least so many
 * @param most at most so many
 */
public record FileInputs(int least, int most) {
    public static final FileInputs NONE = new FileInputs(0, 0);
    public static final FileInputs ONE = new FileInputs(1, 1);

    /** One or more. */
    public static final FileInputs SOME = new FileInputs(1, Integer.MAX_VALUE);

    /** None, one or more. */
    public static final FileInputs ANY = new FileInputs(0, Integer.MAX_VALUE);

    public boolean several() {
        return most > 1;
    }
}
