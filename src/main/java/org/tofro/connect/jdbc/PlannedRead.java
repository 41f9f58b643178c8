package org.tofro.connect.jdbc;

import java.util.List;

/**
 * What a plan comes down to.
 *
 * @param plan what a user sees of it
 * @param columns the columns in the order of the queries' results
 * @param queries the queries that together read every row once
 */
record PlannedRead(ReadPlan plan, List<SourceColumn> columns, List<String> queries) {}
