package org.tofro.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostgresProgramsTest {
    /** As the JVM names them in {@code os.name} and {@code os.arch}. */
    @ParameterizedTest
    @CsvSource({"Linux,amd64", "Linux,aarch64", "Mac OS X,x86_64", "Mac OS X,aarch64"})
    void everyPlatformHasItsPrograms(String system, String processor) {
        byte[] xz = {(byte) 0xFD, '7', 'z', 'X', 'Z', 0};
        assertThat(PostgresPrograms.archive(system, processor)).startsWith(xz).hasSizeGreaterThan(1_000_000);
    }

    @Test
    void thePlatformsAreDifferent() {
        assertThat(PostgresPrograms.archive("Linux", "aarch64"))
                .isNotEqualTo(PostgresPrograms.archive("Linux", "amd64"));
        assertThat(PostgresPrograms.archive("Mac OS X", "aarch64"))
                .isNotEqualTo(PostgresPrograms.archive("Mac OS X", "x86_64"));
    }

    @Test
    void anotherPlatformIsToldSo() {
        assertThatThrownBy(() -> PostgresPrograms.archive("Linux", "s390x"))
                .isInstanceOf(StackException.class)
                .hasMessage(
                        "There is no PostgreSQL for Linux on s390x; stand-ins run on Linux and macOS, on x86-64 and ARM:"
                                + " use a runner file with real servers");
    }
}
