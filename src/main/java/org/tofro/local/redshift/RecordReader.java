package org.tofro.local.redshift;

import java.io.IOException;
import java.io.InputStream;

/**
 * Cuts a file into records and fields as COPY does ("Data format parameters", copy-parameters-data-format.html, and "Data
 * conversion parameters", copy-parameters-data-conversion.html). Works on bytes, one record at a time; rows end with LF,
 * CR LF or CR.
 */
final class RecordReader {
    private static final String BAD_QUOTE = "Invalid quote formatting for CSV";

    private final FileWindow file;
    private final CopyCommand.Options options;
    private final RecordFields fields = new RecordFields();
    /** What ends a run outside of quotation marks. */
    private final boolean[] plainEnds;
    /** What ends a run inside of CSV's quotation marks. */
    private final boolean[] csvQuoteEnds;
    /** What ends a run inside of the quotation marks that REMOVEQUOTES drops. */
    private final boolean[] singleQuoteEnds;

    private final boolean[] doubleQuoteEnds;
    private long line;
    private long nextLine = 1;

    RecordReader(InputStream in, CopyCommand.Options options) throws IOException {
        this(in, options, FileWindow.SIZE);
    }

    RecordReader(InputStream in, CopyCommand.Options options, int windowSize) throws IOException {
        this.file = new FileWindow(in, windowSize);
        this.options = options;
        char escape = options.escape() ? '\\' : '\n';
        plainEnds = bytes(options.delimiter(), '\n', '\r', options.csv() ? options.quote() : escape);
        csvQuoteEnds = bytes(options.quote(), '\n');
        singleQuoteEnds = options.escape() ? bytes('\'', '\\') : bytes('\'');
        doubleQuoteEnds = options.escape() ? bytes('"', '\\') : bytes('"');
        for (int i = 0; i < options.ignoreHeader(); i++) {
            int c = file.take();
            while (c >= 0 && c != '\n' && c != '\r') {
                c = file.take();
            }
            endLine(c);
            nextLine++;
        }
    }

    private static boolean[] bytes(char... values) {
        boolean[] bytes = new boolean[256];
        for (char value : values) {
            bytes[value] = true;
        }
        return bytes;
    }

    /**
     * Reads the next record; false at the end. After a bad record it stands at the start of the next line, or where a record
     * became too long.
     */
    boolean next() throws IOException, BadRecord {
        do {
            if (file.peek() < 0) {
                return false;
            }
            fields.clear();
            file.startRecord();
            line = nextLine++;
            if (options.csv()) {
                readCsv();
            } else {
                readText();
            }
        } while (options.ignoreBlankLines() && fields.isBlank());
        return true;
    }

    private void readCsv() throws IOException, BadRecord {
        int quote = options.quote();
        while (true) {
            boolean inQuotes = file.peek() == quote;
            if (inQuotes) {
                file.take();
                readQuoted(quote);
            }
            int c = inQuotes ? file.take() : file.takeUntil(plainEnds, fields);
            fields.endField(inQuotes);
            if (c == options.delimiter()) {
                continue;
            }
            if (c >= 0 && c != '\n' && c != '\r') {
                file.skipLine();
                throw new BadRecord(BAD_QUOTE);
            }
            endLine(c);
            return;
        }
    }

    private void readQuoted(int quote) throws IOException, BadRecord {
        while (true) {
            int c = file.takeUntil(csvQuoteEnds, fields);
            if (c < 0) {
                throw new BadRecord(BAD_QUOTE);
            }
            if (c == quote) {
                if (file.peek() != quote) {
                    return;
                }
                file.take();
            } else {
                nextLine++;
            }
            fields.put(c);
        }
    }

    private void readText() throws IOException, BadRecord {
        while (true) {
            int c = file.peek();
            boolean inQuotes = options.removeQuotes() && (c == '"' || c == '\'');
            if (inQuotes) {
                c = readOpen(file.take());
            }
            c = inQuotes && c < 0 ? c : readPlain();
            fields.endField(inQuotes);
            if (c != options.delimiter() || c < 0) {
                endLine(c);
                return;
            }
        }
    }

    /** Reads up to the quotation mark that closes; -1 at the end of the file. */
    private int readOpen(int quote) throws IOException, BadRecord {
        boolean[] ends = quote == '"' ? doubleQuoteEnds : singleQuoteEnds;
        int c = file.takeUntil(ends, fields);
        while (c >= 0 && c != quote) {
            readEscaped();
            c = file.takeUntil(ends, fields);
        }
        return c;
    }

    private int readPlain() throws IOException, BadRecord {
        int c = file.takeUntil(plainEnds, fields);
        while (c >= 0 && c != options.delimiter() && c != '\n' && c != '\r') {
            readEscaped();
            c = file.takeUntil(plainEnds, fields);
        }
        return c;
    }

    /** Reads what is behind a backslash. */
    private void readEscaped() throws IOException, BadRecord {
        if (file.peek() == 'N' && options.nullAs().equals("\\N")) {
            fields.put('\\');
        }
        int c = file.take();
        if (c == '\n') {
            nextLine++;
        }
        if (c >= 0) {
            fields.put(c);
        }
    }

    private void endLine(int c) throws IOException {
        if (c == '\r' && file.peek() == '\n') {
            file.take();
        }
    }

    /** The record that was read last. */
    RecordFields fields() {
        return fields;
    }

    /** The line at which the record starts; the first is 1. */
    long line() {
        return line;
    }

    /** The start of the record as it stands in the file. */
    String raw() {
        return file.raw();
    }
}
