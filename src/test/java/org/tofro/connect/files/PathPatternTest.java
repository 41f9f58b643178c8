package org.tofro.connect.files;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathPatternTest {
    @ParameterizedTest
    @CsvSource({
        "s3://logs/2026/*.gz, s3://logs/2026/a.gz, true",
        "s3://logs/2026/*.gz, s3://logs/2026/x/a.gz, false",
        "s3://logs/2026/*.gz, s3://logs/2026/a.gz.tmp, false",
        "s3://logs/**/*.gz, s3://logs/a.gz, true",
        "s3://logs/**/*.gz, s3://logs/x/y/a.gz, true",
        "s3://logs/**, s3://logs/x/y, true",
        "s3://logs/a?c, s3://logs/abc, true",
        "s3://logs/a?c, s3://logs/a/c, false",
        "s3://logs/a.c[1], s3://logs/a.c[1], true",
        "s3://logs/a.c, s3://logs/abc, false",
        "file:/logs/*.x, file:///logs/a.x, true",
        "file:///logs/*.x, file:///logs/a.x, true"
    })
    void names(String pattern, String uri, boolean named) {
        assertThat(PathPattern.of(pattern).isNameOf(uri)).isEqualTo(named);
    }

    @Test
    void whatIsListed() {
        PathPattern pattern = PathPattern.of("s3://logs/2026/11/part-*/x");
        assertThat(pattern.bucket()).isEqualTo("logs");
        assertThat(pattern.keyPrefix()).isEqualTo("2026/11/part-");
        assertThat(PathPattern.of("s3://logs/*").keyPrefix()).isEmpty();
    }

    @Test
    void whatIsAnAddress() {
        assertThat(PathPattern.isAddress("s3://logs/x")).isTrue();
        assertThat(PathPattern.isAddress("file:/x")).isTrue();
        assertThat(PathPattern.isAddress("s3://lo*gs/x")).isFalse();
        assertThat(PathPattern.isAddress("s3://logs")).isFalse();
        assertThat(PathPattern.isAddress("gs://logs/x")).isFalse();
        assertThat(PathPattern.isAddress("logs/x")).isFalse();
    }
}
