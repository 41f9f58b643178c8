package org.tofro.connect.kvs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.type.codec.TypeCodecs;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.tofro.connect.RunningSteps;
import org.tofro.kvs.Forgetting;
import org.tofro.kvs.JobVersion;
import org.tofro.kvs.KvsException;
import org.tofro.kvs.TestStore;
import org.tofro.settings.CassandraConnection.Consistency;

/** Keys that are read back while others are forgotten. */
class ReadBackTest {
    private final TestStore store = new TestStore();
    private final JobVersion version = store.begin("readback", TestStore.NAMES);
    private final ReadBack readBack;

    ReadBackTest() throws InterruptedException {
        readBack = new ReadBack(
                store.session(),
                store.keyspace(),
                version,
                Consistency.LOCAL_QUORUM,
                RunningSteps.apart().start("readback"));
    }

    private static Part.Sample sample(long id, @Nullable String name) {
        ArrayList<byte @Nullable []> cells = new ArrayList<>();
        cells.add(ByteBuffer.allocate(8).putLong(0, id).array());
        cells.add(name == null ? null : TypeCodecs.TEXT.encode(name, null).array());
        return new Part.Sample(cells);
    }

    @Test
    void whatWasForgottenSinceItWasWrittenIsMissingRightly() throws Exception {
        store.put(version, 1L, "a");
        store.put(version, 2L, "b");
        store.session()
                .execute("INSERT INTO " + store.keyspace() + ".readback_1 (id) VALUES (3) USING TIMESTAMP "
                        + version.writtenAt());
        List<Part.Sample> samples = List.of(sample(1, "a"), sample(2, "b"), sample(3, null));
        assertThat(readBack.demandStored(samples)).isZero();

        new Forgetting(store.session(), store.keyspace()).forget(version.job(), List.of("1", "3"));

        assertThat(readBack.demandStored(samples)).isEqualTo(2);
        assertThat(store.session()
                        .execute("SELECT id FROM " + store.keyspace() + ".readback_1")
                        .all())
                .extracting(row -> row.getLong(0))
                .containsExactly(2L);
    }

    @Test
    void whatWasLostOrChangedIsFoundOut() {
        store.put(version, 1L, "a");

        assertThatThrownBy(() -> readBack.demandStored(List.of(sample(1, "a"), sample(2, "b"))))
                .isInstanceOf(KvsException.class)
                .hasMessage(
                        "job 'readback': a key that was written to version 1 is not there when it is read; nothing was"
                                + " published. Run `resume`; if it happens twice, report it");
        assertThatThrownBy(() -> readBack.demandStored(List.of(sample(1, "b"))))
                .hasMessage(
                        "job 'readback': 'name' of a key reads otherwise than it was written to version 1; nothing was"
                                + " published. Run `resume`; if it happens twice, report it");
    }
}
