package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.connect.tls.TestCertificate;
import org.tofro.connect.tls.TlsFront;
import org.tofro.settings.PostgresConnection;

/** Certificates that lie beside the runner file are brought to the cluster with it, and secrets are not. */
@ExtendWith(TestCheckout.EndToEnd.class)
class BundledCertificatesTest {
    private static final String SECRET = "planted-7d31e9";

    @TempDir
    private Path folder;

    private static Map<String, String> bundle(String run) throws IOException {
        Path stored = TestCheckout.FOLDER.resolve(".tofro/s3/tofro-state/submissions/" + run + "/bundle.zip");
        Map<String, String> all = new TreeMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(Files.readAllBytes(stored)))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                all.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return all;
    }

    private static String connection(PostgresConnection behind, int port, Path password, String root) {
        return "  planted: {type: postgres, host: h, user: u, password: \"${file:planted.txt}\"}\n"
                + "  encrypted: {type: postgres, host: 127.0.0.1, port: " + port + ", user: " + behind.user()
                + ", password: \"${file:" + password + "}\", tls_root: " + root + "}\n";
    }

    @Test
    void aConnectionIsVerifiedOnTheClusterByTheCertificateThatWasBrought(Scene scene) throws Exception {
        PostgresConnection behind = scene.checkout().rds();
        TestCertificate certificate = TestCertificate.of("ip:127.0.0.1");
        scene.source("CREATE TABLE words (id integer)", "INSERT INTO words VALUES (1), (2), (3)");
        Path pem = Path.of(scene.file("certificates/db.pem", certificate.pem()));
        Path mail = Path.of(scene.file(
                "mail.pem", TestCertificate.of("dns:smtp.example.org").pem()));
        Path own = Path.of(
                scene.file("own.pem", TestCertificate.of("dns:own.example.org").pem()));
        scene.file("planted.txt", SECRET);
        Path password =
                Files.writeString(folder.resolve("password"), behind.password().reveal());
        String pipeline = scene.file("encrypted.yaml", """
                name: NAME
                notify: {on: failure, email: {to: a@example.org, from: b@example.org, server: smtp.example.org, ca_file: own.pem}}
                steps:
                - {type: extract-from-rds, name: extract, connection: encrypted, database: NAME, table: words}
                - {type: load-into-staging-table, name: load, table: NAME.staging}
                """);
        try (TlsFront front = TlsFront.whenAsked(certificate, behind.port());
                Submissions submissions = new Submissions(
                        scene, folder, connection(behind, front.port(), password, "certificates/db.pem"))) {
            Path runner = Path.of(submissions.runner());
            Files.writeString(
                    runner,
                    Files.readString(runner)
                            + "\nnotify: {on: failure, email: {to: a@example.org, from: b@example.org, server:"
                            + " smtp.example.org, ca_file: mail.pem}}\n");
            // The cluster has no such files.
            submissions.around(() -> delete(pem, mail, own), () -> {});

            Scene.Answer ended = submissions.submit(pipeline);

            assertThat(ended.code()).as(ended + "\n" + submissions.answers()).isZero();
            assertThat(scene.warehouseRows("SELECT count(*) FROM NAME.staging")).containsExactly("3");
            Map<String, String> brought = bundle(ended.run());
            assertThat(brought)
                    .containsEntry("runners/certificates/db.pem", certificate.pem())
                    .containsKey("runners/mail.pem");
            assertThat(brought.keySet()).anyMatch(name -> name.endsWith("own.pem") && !name.startsWith("runners/"));
            assertThat(brought.toString()).contains("${file:planted.txt}").doesNotContain(SECRET);
            assertThat(brought.keySet()).noneMatch(name -> name.contains("planted"));
        }
    }

    @Test
    void whatIsOutsideOfTheBundleIsRefusedAndAnAbsolutePathStays(Scene scene) throws Exception {
        PostgresConnection behind = scene.checkout().rds();
        Path password =
                Files.writeString(folder.resolve("password"), behind.password().reveal());
        String pem = TestCertificate.of("ip:127.0.0.1").pem();
        Path absolute = Files.writeString(folder.resolve("absolute.pem"), pem);
        String pipeline =
                scene.file("one.yaml", "name: NAME\nsteps:\n- {type: sql-command, name: one, command: SELECT 1}\n");
        scene.file("planted.txt", SECRET);
        Path runners = Path.of(pipeline).getParent();
        Path far = Files.writeString(runners.getParent().getParent().resolve(scene.name + ".pem"), pem);
        try (Submissions submissions =
                new Submissions(scene, folder, connection(behind, 1, password, absolute.toString()))) {
            Scene.Answer ended = submissions.submit(pipeline, "--dry-run");
            assertThat(ended.code()).as(ended.toString()).isZero();
            assertThat(ended.out()).contains("bundle.zip holds ").doesNotContain("absolute.pem");
        }
        String outside = "../../" + far.getFileName();
        try (Submissions submissions = new Submissions(scene, folder, connection(behind, 1, password, outside))) {
            Scene.Answer refused = submissions.submit(pipeline, "--dry-run");
            assertThat(refused.code()).as(refused.toString()).isEqualTo(2);
            assertThat(refused.err())
                    .contains("'" + outside + "' is outside of the folder that holds the one of the runner file, and"
                            + " cannot be taken to the cluster; put it beside the runner file\n");
        } finally {
            Files.delete(far);
        }
    }

    private static void delete(Path... files) {
        try {
            for (Path file : files) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
