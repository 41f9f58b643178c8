import com.datastax.driver.mapping.annotations.ClusteringColumn;
import com.datastax.driver.mapping.annotations.Column;
import com.datastax.driver.mapping.annotations.PartitionKey;
import com.datastax.driver.mapping.annotations.Table;
import java.io.Serializable;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.io.TextIO;
import org.apache.beam.sdk.io.cassandra.CassandraIO;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.SimpleFunction;

/**
 * The load of plain CSV by Beam's own connectors, TextIO and CassandraIO, on the direct runner; run by scripts/bench with a
 * class path of its own, as its driver is one that Tofro does not have. Arguments: port, user, keyspace, file; the password
 * is PGPASSWORD of the environment.
 */
public final class CassandraIoLoad {
    @Table(keyspace = "bench", name = "kvload")
    public static class Row implements Serializable {
        @PartitionKey
        @Column(name = "account")
        private long account;

        @ClusteringColumn
        @Column(name = "seen")
        private Date seen;

        @Column(name = "hash")
        private String hash;

        @Column(name = "amount")
        private BigDecimal amount;

        @Column(name = "flag")
        private boolean flag;

        public Row() {}

        Row(String[] values) {
            account = Long.parseLong(values[0]);
            seen = Date.from(Instant.parse(values[1]));
            hash = values[2];
            amount = new BigDecimal(values[3]);
            flag = values[4].equals("true");
        }

        public long getAccount() { return account; }
        public void setAccount(long value) { account = value; }
        public Date getSeen() { return seen; }
        public void setSeen(Date value) { seen = value; }
        public String getHash() { return hash; }
        public void setHash(String value) { hash = value; }
        public BigDecimal getAmount() { return amount; }
        public void setAmount(BigDecimal value) { amount = value; }
        public boolean isFlag() { return flag; }
        public void setFlag(boolean value) { flag = value; }

        @Override
        public boolean equals(Object other) {
            return other instanceof Row && ((Row) other).account == account && Objects.equals(((Row) other).seen, seen);
        }

        @Override
        public int hashCode() {
            return Objects.hash(account, seen);
        }
    }

    static final class Parse extends SimpleFunction<String, Row> {
        @Override
        public Row apply(String line) {
            return new Row(line.split(","));
        }
    }

    public static void main(String[] args) {
        Pipeline pipeline = Pipeline.create(PipelineOptionsFactory.fromArgs(
                        "--runner=DirectRunner",
                        "--targetParallelism=2",
                        "--enforceImmutability=false",
                        "--enforceEncodability=false")
                .create());
        pipeline.apply(TextIO.read().from(args[3]))
                .apply(MapElements.via(new Parse()))
                .setCoder(SerializableCoder.of(Row.class))
                .apply(CassandraIO.<Row>write()
                        .withHosts(List.of("127.0.0.1"))
                        .withPort(Integer.parseInt(args[0]))
                        .withLocalDc("datacenter1")
                        .withUsername(args[1])
                        .withPassword(System.getenv("PGPASSWORD"))
                        .withKeyspace(args[2])
                        .withConsistencyLevel("LOCAL_QUORUM")
                        .withEntity(Row.class));
        long begun = System.nanoTime();
        pipeline.run().waitUntilFinish();
        System.out.printf("%.2f%n", (System.nanoTime() - begun) / 1e9);
    }
}
