package org.tofro.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpellingTest {
    private static final List<String> WORDS = List.of("database", "depends_on", "sql", "table");

    @Test
    void findsTheWordThatWasMeant() {
        assertThat(Spelling.nearest("databse", WORDS)).contains("database");
        assertThat(Spelling.nearest("dependsOn", WORDS)).contains("depends_on");
        assertThat(Spelling.nearest("depends-on", WORDS)).contains("depends_on");
        assertThat(Spelling.nearest("SQL", WORDS)).contains("sql");
        assertThat(Spelling.nearest("tabel", WORDS)).contains("table");
        assertThat(Spelling.nearest("sq", WORDS)).contains("sql");
    }

    @Test
    void leavesWordsAloneThatMeanSomethingElse() {
        assertThat(Spelling.nearest("frequency", WORDS)).isEmpty();
        assertThat(Spelling.nearest("", List.of())).isEmpty();
        assertThat(Spelling.nearest("x".repeat(1_000_000), WORDS)).isEmpty();
    }

    @Test
    void namesWhatIsKnownWhereNothingIsNear() {
        assertThat(Spelling.hint("tabel", WORDS)).isEqualTo("; did you mean 'table'?");
        assertThat(Spelling.hint("frequency", WORDS)).isEqualTo("; known are database, depends_on, sql, table");
        assertThat(Spelling.hint("frequency", List.of())).isEmpty();
    }
}
