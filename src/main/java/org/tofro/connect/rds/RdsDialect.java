package org.tofro.connect.rds;

import java.io.IOException;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.StepRefusal;
import org.tofro.connect.staging.AttemptPath;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.StagedFiles;
import org.tofro.data.TableName;

/** How a kind of server is spoken to. */
sealed interface RdsDialect extends Serializable permits PostgresDialect, MysqlDialect {
    /** Opens a session with every setting pinned that changes how values are read; it commits by itself. */
    Connection open(Destination to, AttemptPath path, int lockWaitSeconds) throws SQLException;

    /** What makes the tables of {@link LoadLedger}, where they are missing. */
    List<String> ledgerDefinitions();

    /** The table of targets, which are locked by their rows. */
    String targets();

    /** The table of loads. */
    String loads();

    /** Inserts a row of {@link #targets} unless it is there; the place takes its name. */
    String claim();

    /** An expression for the schema of a table that is named without one. */
    String schemaOf(TableName table);

    /** A condition on columns of the catalogue: NULL that is given for such a column becomes a value of the server's. */
    String replacesNull();

    /** How an {@code insert_query} says what becomes of rows that are there. */
    String onConflict();

    String quote(String identifier);

    /** Whether the server said that a table or schema does not exist. */
    boolean isMissing(SQLException e);

    /** Refuses a table whose changes no transaction holds together. */
    void demandTransactional(Connection session, TargetTable table) throws SQLException, StepRefusal;

    /** Keeps other writers of the table out until the transaction ends, and counts its rows. */
    long lockAndCount(Connection session, TargetTable table) throws SQLException;

    /**
     * Inserts the staged rows.
     *
     * @param insert the user's own statement; null to fill the table's columns of their names
     * @return how many rows the server says it has changed, and how many were handed to it
     */
    Moved insert(
            Connection session,
            StagingArea area,
            StagedFiles files,
            TargetTable table,
            @Nullable InsertQuery insert,
            RunningSteps.Work work)
            throws SQLException, IOException;

    /** Rows that went to the server, and rows that it says it changed: two counters. */
    record Moved(long given, long changed) {}

    /** What the server complains of, in a sentence without the values that it quotes. */
    String complaint(SQLException e);

    boolean isTransient(SQLException e);

    boolean isLockTimeout(SQLException e);
}
