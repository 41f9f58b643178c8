package org.tofro.connect.eventlog;

import java.io.IOException;

/** Makes rows of the lines of files, one file after another. For one thread. */
sealed interface LineFormat permits JsonLines, DelimitedLines {
    /**
     * Begins a file.
     *
     * @param file the file, as messages name it
     */
    void begin(Lines lines, String file) throws IOException;

    /** Makes a row of the next line that is not blank, or has it rejected; false at the end. */
    boolean next(Lines lines, EventRow row) throws IOException;
}
