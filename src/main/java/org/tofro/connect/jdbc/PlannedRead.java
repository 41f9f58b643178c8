package org.tofro.connect.jdbc;

import java.util.List;
import org.tofro.connect.types.TypedColumn;

/**
 * What a plan comes down to.
 *
 * @param plan what a user sees of it
 * @param columns the columns in the order of the queries' results
 * @param queries the queries that together read every row once
 */
record PlannedRead(ReadPlan plan, List<TypedColumn> columns, List<String> queries) {}
