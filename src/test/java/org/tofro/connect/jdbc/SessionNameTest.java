package org.tofro.connect.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.tofro.connect.staging.AttemptPath;

class SessionNameTest {
    @Test
    void cutsTheNameThatTheServerShows() {
        assertThat(SessionName.of(new AttemptPath("p", "r", "s", "1"))).isEqualTo("tofro:p/s/r");
        String name = SessionName.of(new AttemptPath("p".repeat(80), "20261123T000000Z-abcdef", "s".repeat(80), "1"));
        assertThat(name).hasSizeLessThanOrEqualTo(63).startsWith("tofro:ppp").endsWith("sss/20261123T000000Z-abcdef");
    }
}
