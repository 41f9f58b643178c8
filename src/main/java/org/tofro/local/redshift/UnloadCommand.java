package org.tofro.local.redshift;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An UNLOAD to S3 (Amazon Redshift: "UNLOAD", r_UNLOAD.html).
 *
 * @param query the query whose rows are written
 * @param to the S3 prefix
 * @param access who writes
 * @param csv whether CSV, else delimited text
 * @param delimiter one character between fields
 * @param nullAs what is written for NULL
 * @param escape whether special characters of delimited text get a backslash
 * @param addQuotes whether every field of delimited text is quoted
 * @param header whether each file starts with the columns' names
 * @param compression null, GZIP or ZSTD
 * @param manifest whether a manifest is written
 * @param verbose whether it has the rows of each file
 * @param allowOverwrite whether files may be there already
 * @param parallel whether the rows go to several files
 * @param partitionBy the columns whose values name the folders that the rows go to; empty for no folders
 * @param include whether those columns stand in the files too
 */
record UnloadCommand(
        String query,
        String to,
        S3Access access,
        boolean csv,
        char delimiter,
        String nullAs,
        boolean escape,
        boolean addQuotes,
        boolean header,
        @Nullable String compression,
        boolean manifest,
        boolean verbose,
        boolean allowOverwrite,
        boolean parallel,
        List<String> partitionBy,
        boolean include) {
    UnloadCommand {
        partitionBy = List.copyOf(partitionBy);
    }

    static UnloadCommand parse(Statement statement) throws RedshiftException {
        if (!statement.has(1, "(")
                || statement.at(2).kind() != Token.Kind.STRING
                || !statement.has(3, ")", "TO")
                || statement.at(5).kind() != Token.Kind.STRING) {
            throw RedshiftException.syntax("syntax error in UNLOAD: UNLOAD ('select-statement') TO 's3://...'");
        }
        S3Access.Parser access = new S3Access.Parser();
        boolean csv = false;
        Character delimiter = null;
        String nullAs = "";
        boolean escape = false;
        boolean addQuotes = false;
        boolean header = false;
        String compression = null;
        boolean manifest = false;
        boolean verbose = false;
        boolean allowOverwrite = false;
        boolean parallel = true;
        List<String> partitionBy = new ArrayList<>();
        boolean include = false;
        for (int i = 6; i < statement.tokens().size(); ) {
            int taken = access.option(statement, i);
            if (taken > 0) {
                i += taken;
                continue;
            }
            String word = statement.at(i++).text().toUpperCase(Locale.ROOT);
            int value = statement.at(i).is("AS") ? i + 1 : i;
            switch (word) {
                case "WITH" -> {}
                case "CSV" -> csv = true;
                case "FORMAT" -> {
                    if (!statement.at(value).is("CSV")) {
                        throw RedshiftException.unsupported("UNLOAD FORMAT %s is not supported by this stand-in; CSV is"
                                .formatted(statement.at(value).text()));
                    }
                    csv = true;
                    i = value + 1;
                }
                case "DELIMITER" -> {
                    delimiter = statement.at(value).value().charAt(0);
                    i = value + 1;
                }
                case "NULL" -> {
                    nullAs = statement.at(value).value();
                    i = value + 1;
                }
                case "REGION" -> i = value + 1;
                case "MAXFILESIZE" -> {
                    i = value + 1;
                    if (statement.at(i).is("MB") || statement.at(i).is("GB")) {
                        i++;
                    }
                }
                case "ESCAPE" -> escape = true;
                case "ADDQUOTES" -> addQuotes = true;
                case "HEADER" -> header = true;
                case "GZIP", "ZSTD" -> compression = word;
                case "MANIFEST" -> {
                    manifest = true;
                    verbose = statement.at(i).is("VERBOSE");
                    i += verbose ? 1 : 0;
                }
                case "ALLOWOVERWRITE" -> allowOverwrite = true;
                case "PARALLEL" -> {
                    parallel = !statement.at(i).is("OFF") && !statement.at(i).is("FALSE");
                    i++;
                }
                case "PARTITION" -> {
                    if (!statement.has(i, "BY", "(")) {
                        throw RedshiftException.syntax(
                                "syntax error in UNLOAD: PARTITION BY ( column [, ... ] ) [INCLUDE]");
                    }
                    int end = statement.closing(i + 1);
                    for (int column = i + 2; column < end; column += 2) {
                        partitionBy.add(statement.at(column).name().toLowerCase(Locale.ROOT));
                    }
                    include = statement.at(end + 1).is("INCLUDE");
                    i = include ? end + 2 : end + 1;
                }
                default ->
                    throw RedshiftException.unsupported(
                            "UNLOAD option %s is not supported by this stand-in".formatted(word));
            }
        }
        return new UnloadCommand(
                statement.at(2).value(),
                statement.at(5).value(),
                access.access(),
                csv,
                delimiter != null ? delimiter : csv ? ',' : '|',
                nullAs,
                escape,
                addQuotes,
                header,
                compression,
                manifest,
                verbose,
                allowOverwrite,
                parallel,
                partitionBy,
                include);
    }
}
