package org.tofro.connect.jdbc;

import java.sql.SQLException;
import java.util.List;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.staging.CsvEncoder;
import org.tofro.connect.types.TypedColumn;

/** One connection to a source, with every setting pinned that changes how values look as text. It only reads. */
public interface SourceSession extends AutoCloseable {
    /**
     * Plans the extract, and how other sessions come to read the same moment.
     *
     * @param most how many sessions the extract may have
     */
    SharedSnapshot plan(ExtractRequest request, int most) throws SQLException;

    /**
     * A reader of the session.
     *
     * @param way how rows leave the server, where it has several ways
     * @param nullMarker what the encoder writes for NULL
     */
    QueryReader reader(
            Reading.Way way,
            List<TypedColumn> columns,
            String nullMarker,
            CsvEncoder encoder,
            ExtractProgress progress,
            Fault fault);

    /** One sentence for what the driver throws, of an extract whose first session this is. */
    ExtractException failure(ExtractRequest request, SQLException e);

    /** Cancels what the session is doing, from any thread. Returns false where the server does not answer in time. */
    boolean cancel();

    /** Closes the connection, from any thread, and does not wait for the server to notice. */
    void abort();

    /** Ends the session, by the thread that used it; returns when the server has ended it too, or does not answer. */
    @Override
    void close();
}
