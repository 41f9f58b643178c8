package org.tofro.kvs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tofro.kvs.TestStore.row;
import static org.tofro.kvs.TestStore.schema;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Keys that are to be in no version any more. */
class ForgettingTest {
    private final TestStore store = new TestStore();
    private final Forgetting forgetting = new Forgetting(store.session(), store.keyspace());
    private final JobName job = new JobName("learners");

    private List<Long> keys(int version) {
        return store
                .session()
                .execute("SELECT id FROM " + store.keyspace() + ".learners_" + version)
                .map(row -> row.getLong(0))
                .all()
                .stream()
                .sorted()
                .toList();
    }

    @Test
    void aKeyIsGoneFromEveryVersionAndARollbackDoesNotBringItBack() {
        store.load("learners", TestStore.NAMES, row(1L, "a"), row(2L, "b"));
        store.load("learners", TestStore.NAMES, row(1L, "a"), row(2L, "b"));
        JobVersion loading = store.begin("learners", TestStore.NAMES);
        store.put(loading, 1L, "a");

        assertThat(forgetting.forget(job, List.of("1"))).isEqualTo(new Forgetting.Forgotten(1, List.of(1, 2, 3), 3));
        // What the load writes of the key afterwards, and what a bundle writes again, stays away.
        store.put(loading, 1L, "a");
        store.put(loading, 2L, "b");
        store.publish(loading, 2);

        assertThat(keys(3)).containsExactly(2L);
        store.versions().rollBack(store.versions().read(job).orElseThrow(), 1);
        assertThat(keys(1)).containsExactly(2L);
        assertThat(keys(2)).containsExactly(2L);
        assertThat(forgetting.forget(job, List.of("1"))).isEqualTo(new Forgetting.Forgotten(1, List.of(1, 2, 3), 0));
    }

    @Test
    void compositeKeysAndManyOfThem() {
        store.load(
                "learners",
                schema("course text, id bigint", "n int"),
                row("a,b", 1L, 1),
                row("c", 2L, 2),
                row("c", 3L, 3));

        assertThat(forgetting.forget(job, List.of("a%2Cb,1", "c,2", "c,9")))
                .isEqualTo(new Forgetting.Forgotten(3, List.of(1), 2));

        assertThat(keys(1)).containsExactly(3L);
    }

    @Test
    void aDeadLoadWithoutATableHasNothingToForget() {
        store.load("learners", TestStore.NAMES, row(1L, "a"));
        JobVersion dead = store.versions().begin(job, "pipeline/step", "dead", TestStore.NAMES);
        // As it is a minute after its writer has shown itself last.
        store.session()
                .execute("DELETE alive FROM " + store.keyspace() + ".versions WHERE job = 'learners' AND number = "
                        + dead.number() + " IF EXISTS");

        assertThat(forgetting.forget(job, List.of("1"))).isEqualTo(new Forgetting.Forgotten(1, List.of(1, 2), 1));
    }

    @Test
    void aKeyThatOthersHaveWrittenIsFoundOut() {
        JobVersion version = store.load("learners", TestStore.NAMES, row(1L, "a"));
        store.session()
                .execute("INSERT INTO " + store.keyspace() + ".learners_1 (id, name) VALUES (1, 'x') USING TIMESTAMP "
                        + (version.writtenAt() + 60_000_000));

        assertThatThrownBy(() -> forgetting.forget(job, List.of("1")))
                .isInstanceOf(KvsException.class)
                .hasMessage("job 'learners': version 1 still has the key after it was deleted: something has written it"
                        + " with a time of its own, and not Tofro. Delete it by hand from \"" + store.keyspace()
                        + "\".\"learners_1\"");
    }

    @Test
    void aJobThatIsUnknownAndAKeyThatIsNone() {
        store.load("learners", TestStore.NAMES, row(1L, "a"));

        assertThatThrownBy(() -> forgetting.forget(new JobName("other"), List.of("1")))
                .hasMessage("there is no job 'other'");
        assertThatThrownBy(() -> forgetting.forget(job, List.of("one")))
                .hasMessage("job 'learners': 'id' of the key is a bigint, and what was given is not");
    }
}
