package org.tofro.connect.jdbc;

import java.sql.SQLException;
import org.tofro.connect.types.Misfits;

/** One of the ways to bring a query's rows into staged form. */
sealed interface QueryReader permits CopyReader, ResultSetReader {
    /** Reads all rows of a query into the encoder that the reader was made with. */
    void read(String query) throws SQLException;

    /** The rows that the source gave, by a count that is not the encoder's. */
    long rowsRead();

    /** The values among them that the target cannot take. */
    Misfits misfits();
}
