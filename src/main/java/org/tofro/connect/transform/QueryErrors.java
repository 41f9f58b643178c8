package org.tofro.connect.transform;

import java.sql.SQLException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.tofro.connect.extract.ExtractException;

/** What DuckDB says of a failed query, without the values of rows. */
final class QueryErrors {
    /** Errors of the query itself, which repeat the query; all others may repeat values. */
    private static final Pattern OF_THE_QUERY =
            Pattern.compile("(Parser|Binder|Catalog|Permission|Not implemented|Syntax) Error: (?s:.*)");

    private QueryErrors() {}

    static ExtractException explain(String origin, int memoryMib, SQLException e) {
        String message = String.valueOf(e.getMessage()).strip();
        String query = "the query (" + origin + ") ";
        if (message.startsWith("Out of Memory Error")) {
            return new ExtractException(
                    query + "needs more than the " + memoryMib
                            + " MiB that it may use, even with the local disk; select"
                            + " fewer columns or aggregate in steps",
                    false,
                    e);
        }
        if (message.startsWith("INTERRUPT Error")) {
            return new ExtractException(query + "was cancelled", false, e);
        }
        String said = OF_THE_QUERY.matcher(message).matches()
                ? message.lines().filter(line -> !line.isBlank()).limit(4).collect(Collectors.joining("\n  "))
                : withoutValues(message.lines().findFirst().orElse(""));
        return new ExtractException(query + "failed: " + said, false, e);
    }

    private static String withoutValues(String line) {
        return line.replaceAll("'[^']*'", "'...'").replaceAll("\"[^\"]*\"", "\"...\"");
    }
}
