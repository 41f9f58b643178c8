package org.tofro.cli;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Passes on what is printed, and gives each whole line of it to a log as well. Safe for many threads behind a print stream. */
final class LoggedLines extends FilterOutputStream {
    private final Consumer<String> log;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    private LoggedLines(PrintStream to, Consumer<String> log) {
        super(to);
        this.log = log;
    }

    /** A stream that prints to another one, and into a log. */
    static PrintStream to(PrintStream other, Consumer<String> log) {
        return new PrintStream(new LoggedLines(other, log), true, StandardCharsets.UTF_8);
    }

    @Override
    public void write(int each) throws IOException {
        write(new byte[] {(byte) each}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        for (int i = offset; i < offset + length; i++) {
            if (bytes[i] == '\n') {
                log.accept(line.toString(StandardCharsets.UTF_8));
                line.reset();
            } else {
                line.write(bytes[i]);
            }
        }
    }
}
