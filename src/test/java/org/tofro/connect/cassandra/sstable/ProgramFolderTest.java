package org.tofro.connect.cassandra.sstable;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramFolderTest {
    @TempDir
    private Path folder;

    @Test
    void theProgramTrustsWhomThisOneTrusts() throws Exception {
        System.setProperty("javax.net.ssl.trustStorePassword", "a \"b\\c");
        try {
            List<String> options = Files.readAllLines(ProgramFolder.options(folder, null));
            assertThat(options).contains("-XX:+UseSerialGC");
            assertThat(options.get(options.size() - 1))
                    .isEqualTo("\"-Djavax.net.ssl.trustStorePassword=a \\\"b\\\\c\"");
        } finally {
            System.clearProperty("javax.net.ssl.trustStorePassword");
        }
    }

    @Test
    void onlyTheProgramsOwnClassesAreCopied() throws Exception {
        Path filled = ProgramFolder.fill(folder);
        try (var files = Files.walk(filled)) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> filled.relativize(file.getParent()).toString()))
                    .isNotEmpty()
                    .containsOnly("org/tofro/connect/cassandra/sstable/program");
        }
    }
}
