package org.tofro.connect.program;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads what a program prints, and keeps the end of it. */
public final class OutputTail extends Thread {
    private static final int KEPT_BYTES = 4096;
    private static final int KEPT_LINES = 15;

    private final InputStream in;
    private final byte[] ring = new byte[KEPT_BYTES];
    private long count;

    public OutputTail(InputStream in, String name) {
        super(name);
        setDaemon(true);
        this.in = in;
    }

    @Override
    public void run() {
        byte[] buffer = new byte[8192];
        try (in) {
            for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
                keep(buffer, got);
            }
        } catch (IOException closed) {
            // The program is gone; what it has said until now is kept.
        }
    }

    private synchronized void keep(byte[] bytes, int length) {
        for (int i = Math.max(0, length - KEPT_BYTES); i < length; i++) {
            ring[(int) ((count + i) % KEPT_BYTES)] = bytes[i];
        }
        count += length;
    }

    /** The last lines, each with an indent; control characters are left out. Empty where nothing was printed. */
    public synchronized String lastLines() {
        int length = (int) Math.min(count, KEPT_BYTES);
        byte[] kept = new byte[length];
        for (int i = 0; i < length; i++) {
            kept[i] = ring[(int) ((count - length + i) % KEPT_BYTES)];
        }
        String text = new String(kept, StandardCharsets.UTF_8);
        String[] lines = text.replaceAll("[\\p{Cntrl}&&[^\\n\\t]]", "").strip().split("\n");
        int from = Math.max(0, lines.length - KEPT_LINES);
        String last = String.join("\n  ", Arrays.copyOfRange(lines, from, lines.length));
        return last.isBlank() ? "" : "  " + last;
    }
}
