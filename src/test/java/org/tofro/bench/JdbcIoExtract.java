package org.tofro.bench;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.StringJoiner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.io.TextIO;
import org.apache.beam.sdk.io.jdbc.JdbcIO;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/**
 * The extract of a table by Beam's own connectors: JdbcIO's partitioned read into TextIO, uncompressed, on the direct
 * runner. Arguments: JDBC address, user, table, key column, folder; the password is {@code PGPASSWORD} of the environment.
 */
public final class JdbcIoExtract {
    private JdbcIoExtract() {}

    public static void main(String[] args) {
        Pipeline pipeline = Pipeline.create(PipelineOptionsFactory.fromArgs(
                        "--runner=DirectRunner",
                        "--targetParallelism=2",
                        "--enforceImmutability=false",
                        "--enforceEncodability=false")
                .create());
        pipeline.apply(
                        "Read",
                        JdbcIO.<String>readWithPartitions()
                                .withDataSourceConfiguration(
                                        JdbcIO.DataSourceConfiguration.create("org.postgresql.Driver", args[0])
                                                .withUsername(args[1])
                                                .withPassword(System.getenv("PGPASSWORD")))
                                .withTable(args[2])
                                .withPartitionColumn(args[3])
                                .withNumPartitions(8)
                                .withRowMapper(new LineMapper())
                                .withCoder(StringUtf8Coder.of()))
                .apply("Write", TextIO.write().to(args[4] + "/part").withSuffix(".csv"));
        pipeline.run().waitUntilFinish();
    }

    /** A class of its own: a lambda has no display value, and the direct runner demands one. */
    static final class LineMapper implements JdbcIO.RowMapper<String> {
        @Override
        public String mapRow(ResultSet row) throws SQLException {
            StringJoiner line = new StringJoiner(",");
            for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                String value = row.getString(i);
                line.add(value == null ? "" : value.indexOf(',') < 0 ? value : '"' + value + '"');
            }
            return line.toString();
        }
    }
}
