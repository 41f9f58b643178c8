package org.tofro.secrecy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What looks for secrets finds them. */
class PlantedTest {
    private final Planted planted = new Planted();

    @TempDir
    private Path folder;

    @Test
    void whatIsThereIsFound() throws Exception {
        String secret = planted.plant("a server");
        planted.demandNoneIn("a page", "nothing of it");
        String header = Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8));
        Files.writeString(folder.resolve("file"), "\u00e4 " + secret);

        assertThatThrownBy(() -> planted.demandNoneIn("a page", "user:" + secret + "@host"))
                .hasMessageContaining("a page holds the secret of a server");
        assertThatThrownBy(() -> planted.demandNoneIn("a page", "Basic " + header))
                .hasMessageContaining("a page holds the secret of a server");
        assertThatThrownBy(() -> planted.demandNoneBelow(folder))
                .hasMessageContaining("file holds the secret of a server");
        assertThat(new Planted().demandNoneBelow(folder)).isEqualTo(1);
    }

    @Test
    void whatIsPackedIsFound() throws Exception {
        try (var zip = new ZipOutputStream(Files.newOutputStream(folder.resolve("bundle.zip")))) {
            zip.putNextEntry(new ZipEntry("runner.yaml"));
            zip.write(("password: " + planted.plant("a server") + " ".repeat(10_000)).getBytes(StandardCharsets.UTF_8));
        }

        assertThatThrownBy(() -> planted.demandNoneBelow(folder))
                .hasMessageContaining("bundle.zip: runner.yaml holds the secret of a server");
        assertThat(new Planted().demandNonePackedIn(folder.resolve("bundle.zip")))
                .containsExactly("runner.yaml");
    }
}
