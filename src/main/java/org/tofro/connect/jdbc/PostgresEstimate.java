package org.tofro.connect.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What PostgreSQL's planner expects of a query; it reads statistics and no row.
 *
 * @param cost in the planner's own unit
 * @param rows of the result
 * @param width of a row, in bytes
 */
record PostgresEstimate(double cost, double rows, int width) {
    private static final Pattern FIRST_LINE =
            Pattern.compile("\\(cost=[0-9.]+\\.\\.([0-9.]+) rows=([0-9.]+) width=([0-9]+)\\)");

    static PostgresEstimate of(Statement statement, String query) throws SQLException {
        try (ResultSet plan = statement.executeQuery("EXPLAIN\n" + query)) {
            plan.next();
            Matcher line = FIRST_LINE.matcher(plan.getString(1));
            if (!line.find()) {
                throw new IllegalStateException("a plan begins with its cost");
            }
            return new PostgresEstimate(
                    Double.parseDouble(line.group(1)),
                    Double.parseDouble(line.group(2)),
                    Integer.parseInt(line.group(3)));
        }
    }

    double bytes() {
        return rows * width;
    }
}
