package org.tofro.connect.jdbc.mysql;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.jdbc.Extract;
import org.tofro.connect.jdbc.ExtractRequest;
import org.tofro.connect.jdbc.Fault;
import org.tofro.connect.jdbc.ReadSource;
import org.tofro.connect.jdbc.SourceDatabase;
import org.tofro.connect.staging.AttemptPath;
import org.tofro.connect.staging.StagingArea;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.data.RunContext.OptionalLimit;
import org.tofro.data.SqlScript;
import org.tofro.data.StagedFiles;
import org.tofro.data.TableName;
import org.tofro.local.LocalMysql;
import org.tofro.settings.MysqlConnection;

/**
 * A database of its own on a real MariaDB, and extracts from it.
 *
 * @param mysql the server
 * @param database its name
 */
record MysqlSource(LocalMysql mysql, String database) {
    static MysqlSource of(LocalMysql mysql) throws SQLException {
        return new MysqlSource(mysql, mysql.database());
    }

    void execute(String... statements) throws SQLException {
        mysql.execute(database, statements);
    }

    ExtractRequest table(String table, ColumnChoice... columns) {
        return request(new ReadSource.OfTable(TableName.parse(table).orElseThrow()), List.of(), 2, List.of(columns));
    }

    ExtractRequest sql(String sql, ColumnChoice... columns) {
        return request(new ReadSource.OfSql(new SqlScript(sql, "p.yaml:4")), List.of(), 2, List.of(columns));
    }

    ExtractRequest request(ReadSource source, List<String> splitBy, int splits, List<ColumnChoice> columns) {
        return request(mysql.connection(), database, source, splitBy, splits, columns);
    }

    static ExtractRequest request(
            MysqlConnection connection,
            String database,
            ReadSource source,
            List<String> splitBy,
            int splits,
            List<ColumnChoice> columns) {
        return new ExtractRequest(
                new MysqlServer(connection, ZeroDates.FAIL),
                database,
                source,
                columns,
                splitBy,
                splits,
                OptionalLimit.NONE,
                new AttemptPath("people", "run-1", "extract", "1-" + System.nanoTime()));
    }

    /** The same with another rule for dates that are none. */
    static ExtractRequest nulling(ExtractRequest request) {
        return new ExtractRequest(
                new MysqlServer(((MysqlServer) request.server()).connection(), ZeroDates.NULL),
                request.database(),
                request.source(),
                request.columns(),
                request.splitBy(),
                request.splits(),
                request.limit(),
                request.path());
    }

    /** What an extract staged, as tab-separated lines; NULL is {@code ~}. */
    static List<String> rows(Path folder, ExtractRequest request) throws Exception {
        return rows(folder, request, new ExtractProgress(), Fault.NONE);
    }

    static List<String> rows(Path folder, ExtractRequest request, ExtractProgress progress, Fault fault)
            throws Exception {
        try (StagingArea area = SourceDatabase.folder(folder)) {
            StagedFiles files = new Extract(area, fault).run(request, progress, new Cancellation());
            return SourceDatabase.rows(area, files);
        }
    }
}
