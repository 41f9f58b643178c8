package org.tofro.local.redshift;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A COPY from S3 (Amazon Redshift: "COPY", r_COPY.html, and its pages of parameters).
 *
 * @param table the table as the statement names it
 * @param tableName the table's name alone, unquoted
 * @param columns the columns named, unquoted; empty for all
 * @param from the S3 address: a manifest or a prefix
 * @param access who reads
 * @param options the rest
 */
record CopyCommand(
        String table, String tableName, List<String> columns, String from, S3Access access, Options options) {

    /**
     * How the files are to be read.
     *
     * @param csv whether CSV, else plain delimited text
     * @param delimiter one byte between fields
     * @param quote the quotation mark of CSV
     * @param nullAs fields equal to it are NULL
     * @param compression null, GZIP, ZSTD or BZIP2
     * @param manifest whether {@code from} is a manifest
     * @param ignoreHeader lines left out at the start of every file
     * @param maxError bad rows that are left out before the load fails
     * @param escape whether a backslash takes the next character as it is (not CSV)
     * @param removeQuotes whether surrounding quotation marks are dropped (not CSV)
     * @param emptyAsNull whether an empty field of a character column is NULL
     * @param blanksAsNull whether a field of blanks of a character column is NULL
     * @param trimBlanks whether trailing blanks of a character column are dropped
     * @param truncateColumns whether a value that is too long is cut
     * @param fillRecord whether missing columns at the end are NULL
     * @param ignoreBlankLines whether an empty line is left out
     * @param explicitIds whether the values of an IDENTITY column come from the files
     * @param roundDecimals whether decimals are rounded, else cut
     * @param replaceInvalid what stands for an invalid UTF-8 character, or null where it is an error
     * @param timeFormat null, auto, epochsecs or epochmillisecs
     * @param noLoad whether the files are only checked
     */
    record Options(
            boolean csv,
            char delimiter,
            char quote,
            String nullAs,
            @Nullable String compression,
            boolean manifest,
            int ignoreHeader,
            int maxError,
            boolean escape,
            boolean removeQuotes,
            boolean emptyAsNull,
            boolean blanksAsNull,
            boolean trimBlanks,
            boolean truncateColumns,
            boolean fillRecord,
            boolean ignoreBlankLines,
            boolean explicitIds,
            boolean roundDecimals,
            @Nullable Character replaceInvalid,
            @Nullable String timeFormat,
            boolean noLoad) {}

    static CopyCommand parse(Statement statement) throws RedshiftException {
        return new Parser(statement).parse();
    }

    private static final class Parser {
        private final Statement statement;
        private final S3Access.Parser access = new S3Access.Parser();
        private int place = 1;
        private boolean csv;
        private @Nullable Character delimiter;
        private char quote = '"';
        private String nullAs = "\\N";
        private @Nullable String compression;
        private boolean manifest;
        private int ignoreHeader;
        private int maxError;
        private boolean escape;
        private boolean removeQuotes;
        private boolean emptyAsNull;
        private boolean blanksAsNull;
        private boolean trimBlanks;
        private boolean truncateColumns;
        private boolean fillRecord;
        private boolean ignoreBlankLines;
        private boolean explicitIds;
        private boolean roundDecimals;
        private @Nullable Character replaceInvalid;
        private @Nullable String timeFormat;
        private boolean noLoad;

        Parser(Statement statement) {
            this.statement = statement;
        }

        CopyCommand parse() throws RedshiftException {
            int start = place;
            place = statement.endOfName(start);
            String table = statement.text(start, place);
            String tableName = statement.at(place - 1).name();
            List<String> columns = new ArrayList<>();
            if (statement.at(place).is("(")) {
                int close = statement.closing(place);
                for (int i = place + 1; i < close; i += 2) {
                    columns.add(statement.at(i).name());
                }
                place = close + 1;
            }
            if (!statement.at(place).is("FROM")) {
                throw near(statement.at(place));
            }
            place++;
            Token source = statement.at(place++);
            if (source.kind() != Token.Kind.STRING) {
                throw RedshiftException.unsupported("COPY from " + source.text().toUpperCase(Locale.ROOT)
                        + " is not supported; Amazon Redshift copies from 's3://...'");
            }
            String from = source.value();
            if (!from.startsWith("s3://")) {
                throw RedshiftException.unsupported(
                        "COPY from '%s' is not supported by this stand-in; only 's3://...' is".formatted(from));
            }
            while (place < statement.tokens().size()) {
                option(statement.at(place++));
            }
            if (csv && (escape || removeQuotes)) {
                throw RedshiftException.syntax("CSV is not compatible with " + (escape ? "ESCAPE" : "REMOVEQUOTES"));
            }
            Options options = new Options(
                    csv,
                    delimiter != null ? delimiter : csv ? ',' : '|',
                    quote,
                    nullAs,
                    compression,
                    manifest,
                    ignoreHeader,
                    maxError,
                    escape,
                    removeQuotes,
                    emptyAsNull,
                    blanksAsNull,
                    trimBlanks,
                    truncateColumns,
                    fillRecord,
                    ignoreBlankLines,
                    explicitIds,
                    roundDecimals,
                    replaceInvalid,
                    timeFormat,
                    noLoad);
            return new CopyCommand(table, tableName, List.copyOf(columns), from, access.access(), options);
        }

        private void option(Token token) throws RedshiftException {
            String word = token.text().toUpperCase(Locale.ROOT);
            int taken = access.option(statement, place - 1);
            if (taken > 0) {
                place += taken - 1;
                return;
            }
            switch (word) {
                case "WITH" -> {}
                case "FORMAT" -> format();
                case "CSV" -> csv = true;
                case "DELIMITER" -> delimiter = character(word, string(word));
                case "QUOTE" -> quote = character(word, string(word));
                case "NULL" -> nullAs = string(word);
                case "GZIP", "ZSTD", "BZIP2" -> compression = word;
                case "MANIFEST" -> manifest = true;
                case "IGNOREHEADER" -> ignoreHeader = number(word);
                case "MAXERROR" -> maxError = number(word);
                case "ESCAPE" -> escape = true;
                case "REMOVEQUOTES" -> removeQuotes = true;
                case "EMPTYASNULL" -> emptyAsNull = true;
                case "BLANKSASNULL" -> blanksAsNull = true;
                case "TRIMBLANKS" -> trimBlanks = true;
                case "TRUNCATECOLUMNS" -> truncateColumns = true;
                case "FILLRECORD" -> fillRecord = true;
                case "IGNOREBLANKLINES" -> ignoreBlankLines = true;
                case "EXPLICIT_IDS" -> explicitIds = true;
                case "ROUNDEC" -> roundDecimals = true;
                case "NOLOAD" -> noLoad = true;
                case "ACCEPTINVCHARS" -> replaceInvalid = hasString() ? character(word, string(word)) : '?';
                case "DATEFORMAT" -> dateFormat(string(word));
                case "TIMEFORMAT" -> timeFormat(string(word));
                case "ENCODING" -> encoding(string(word));
                case "REGION" -> string(word);
                case "COMPROWS" -> number(word);
                case "COMPUPDATE", "STATUPDATE" -> {
                    if (isOneOf(statement.at(place), "ON", "OFF", "TRUE", "FALSE", "PRESET")) {
                        place++;
                    }
                }
                default ->
                    throw RedshiftException.unsupported(
                            "COPY option %s is not supported by this stand-in".formatted(word));
            }
        }

        private void format() throws RedshiftException {
            if (statement.at(place).is("AS")) {
                place++;
            }
            String format = statement.at(place++).text().toUpperCase(Locale.ROOT);
            if (!format.equals("CSV")) {
                throw RedshiftException.unsupported(
                        "COPY FORMAT %s is not supported by this stand-in; CSV is".formatted(format));
            }
            csv = true;
        }

        private void dateFormat(String format) throws RedshiftException {
            if (!format.equalsIgnoreCase("auto") && !format.equalsIgnoreCase("YYYY-MM-DD")) {
                throw RedshiftException.unsupported(
                        "DATEFORMAT '%s' is not supported by this stand-in; 'auto' and 'YYYY-MM-DD' are"
                                .formatted(format));
            }
        }

        private void timeFormat(String format) throws RedshiftException {
            switch (format.toLowerCase(Locale.ROOT)) {
                case "auto", "yyyy-mm-dd hh:mi:ss", "yyyy-mm-dd hh24:mi:ss" -> timeFormat = "auto";
                case "epochsecs", "epochmillisecs" -> timeFormat = format.toLowerCase(Locale.ROOT);
                default ->
                    throw RedshiftException.unsupported(("TIMEFORMAT '%s' is not supported by this stand-in;"
                                    + " 'auto', 'YYYY-MM-DD HH24:MI:SS', 'epochsecs' and 'epochmillisecs' are")
                            .formatted(format));
            }
        }

        private void encoding(String encoding) throws RedshiftException {
            if (!encoding.equalsIgnoreCase("UTF8")) {
                throw RedshiftException.unsupported(
                        "ENCODING '%s' is not supported by this stand-in; UTF8 is".formatted(encoding));
            }
        }

        private boolean hasString() {
            return statement.at(place).kind() == Token.Kind.STRING
                    || (statement.at(place).is("AS") && statement.at(place + 1).kind() == Token.Kind.STRING);
        }

        private String string(String option) throws RedshiftException {
            if (statement.at(place).is("AS")) {
                place++;
            }
            Token value = statement.at(place++);
            if (value.kind() != Token.Kind.STRING) {
                throw RedshiftException.syntax("COPY option %s needs a string literal".formatted(option));
            }
            return value.value();
        }

        private int number(String option) throws RedshiftException {
            if (statement.at(place).is("AS")) {
                place++;
            }
            try {
                return Integer.parseInt(statement.at(place++).value());
            } catch (NumberFormatException e) {
                throw RedshiftException.syntax("COPY option %s needs a number".formatted(option));
            }
        }

        private static char character(String option, String value) throws RedshiftException {
            String text = value.equals("\\t") ? "\t" : value;
            if (text.length() != 1 || text.charAt(0) > 127) {
                throw RedshiftException.syntax("COPY %s must be a single ASCII character".formatted(option));
            }
            return text.charAt(0);
        }

        private static boolean isOneOf(Token token, String... words) {
            for (String word : words) {
                if (token.is(word)) {
                    return true;
                }
            }
            return false;
        }

        private static RedshiftException near(Token token) {
            return RedshiftException.syntax("syntax error at or near \"%s\"".formatted(token.text()));
        }
    }
}
