package org.tofro.kvs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tofro.kvs.TestStore.row;
import static org.tofro.kvs.TestStore.schema;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What two versions differ in. */
class VersionDiffTest {
    private final TestStore store = new TestStore();

    private VersionDiff diff(JobVersion before, JobVersion after, int shown) {
        return VersionDiff.of(store.session(), store.keyspace(), before, after, shown);
    }

    private static Set<Object> told(VersionDiff diff, VersionDiff.Kind kind) {
        return diff.first().stream()
                .filter(difference -> difference.kind() == kind)
                .map(difference -> difference.key().parts().get(0))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void keysAddedRemovedAndChangedAreCounted() {
        JobVersion before = store.load(
                "names",
                TestStore.NAMES,
                LongStream.range(0, 200).mapToObj(i -> row(i, "n" + i)).toArray(Object[][]::new));
        JobVersion after = store.load(
                "names",
                TestStore.NAMES,
                LongStream.range(10, 230)
                        .mapToObj(i -> row(i, i % 50 == 0 ? null : "n" + i))
                        .toArray(Object[][]::new));

        VersionDiff diff = diff(before, after, 1_000);

        assertThat(List.of(diff.added(), diff.removed(), diff.changed(), diff.same()))
                .containsExactly(30L, 10L, 3L, 187L);
        assertThat(told(diff, VersionDiff.Kind.REMOVED)).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
        assertThat(told(diff, VersionDiff.Kind.CHANGED)).containsExactly(50L, 100L, 150L);
        assertThat(told(diff, VersionDiff.Kind.ADDED)).hasSize(30).contains(200L, 229L);
        assertThat(told(diff(before, after, 4), VersionDiff.Kind.ADDED)).hasSize(4);
        assertThat(diff(after, after, 4).same()).isEqualTo(220);
    }

    @Test
    void compositeKeysMeetEachOther() {
        KvsSchema schema = schema("course text, id bigint", "tags frozen<set<text>>");
        JobVersion before = store.load(
                "pairs", schema, row("a", 1L, Set.of("x", "y")), row("ab", 1L, Set.of()), row("b", 2L, null));
        JobVersion after =
                store.load("pairs", schema, row("a", 1L, Set.of("y", "x")), row("ab", 1L, null), row("b", 3L, null));

        VersionDiff diff = diff(before, after, 10);

        assertThat(List.of(diff.added(), diff.removed(), diff.changed(), diff.same()))
                .containsExactly(1L, 1L, 1L, 1L);
    }

    @Test
    void fieldsThatCameWentOrChangedTheirTypeAreNamed() {
        JobVersion before = store.load("moved", schema("id bigint", "a text", "b int", "c text"), row(1L, "x", 1, "c"));
        JobVersion after =
                store.load("moved", schema("id bigint", "a text", "b bigint", "d text"), row(1L, "x", 2L, "d"));

        VersionDiff diff = diff(before, after, 10);

        assertThat(diff.addedFields()).containsExactly("d");
        assertThat(diff.removedFields()).containsExactly("c");
        assertThat(diff.retypedFields()).containsExactly("b (int -> bigint)");
        assertThat(diff.same()).isEqualTo(1);
    }

    @Test
    void versionsOfOtherKeysAreRefused() {
        JobVersion before = store.load("rekeyed", TestStore.NAMES);
        JobVersion after = store.load("rekeyed", schema("id text", "name text"));

        assertThatThrownBy(() -> diff(before, after, 1))
                .hasMessage(
                        "job 'rekeyed': versions 1 and 2 have other keys (id bigint and id text), so that none can be"
                                + " compared");
        store.drop(before);
        assertThatThrownBy(() -> diff(before, before, 1))
                .hasMessage("job 'rekeyed': one of the versions was dropped meanwhile");
    }
}
