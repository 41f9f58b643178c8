package org.tofro.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.security.auth.module.UnixSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Root's ways to start PostgreSQL; for other users there is nothing to choose. */
class ServerUserTest {
    @Test
    void anOrdinaryUserIsItself() {
        assertThat(ServerUser.choose() == ServerUser.SELF).isEqualTo(new UnixSystem().getUid() != 0);
    }

    /** As in a container that forbids user namespaces. */
    @Test
    @Tag("slow")
    void rootStartsTheServerAsNobody() throws Exception {
        assumeThat(new UnixSystem().getUid()).isZero();
        // The test framework's own temporary folders can be entered by root only.
        Path folder = Files.createTempDirectory("tofro");
        try {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            PostgresPrograms programs = PostgresPrograms.unpack(folder.resolve("cache"), ServerUser.NOBODY);
            PostgresServer server =
                    new PostgresServer("one", folder.resolve("one"), folder.resolve("port"), "secret", programs);
            List<String> progress = new ArrayList<>();
            server.start(progress::add);
            try (Connection connection = server.connect("postgres")) {
                assertThat(connection.isValid(5)).isTrue();
                assertThat(Files.getAttribute(folder.resolve("one/data"), "unix:uid"))
                        .isEqualTo(65534);
            } finally {
                server.running().orElseThrow().stop();
            }
        } finally {
            PostgresPrograms.deleteTree(folder);
        }
    }
}
