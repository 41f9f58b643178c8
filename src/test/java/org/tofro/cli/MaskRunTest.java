package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Values of masked columns are nowhere but at their source: not staged, not loaded, not in a report, a log or a plan. */
@ExtendWith(TestCheckout.EndToEnd.class)
class MaskRunTest {
    private static final String KEY = "0123456789abcdef0123456789abcdef";
    private static final List<String> PLANTED =
            List.of("planted-", "PLANTED", "4711000", KEY, "\\x706c616e74", "706c616e746564");
    private static final String COLUMNS = """
              columns:
              - {name: id}
              - {name: email, mask: hmac}
              - {name: nick, as: who, mask: hash}
              - {name: phone, mask: partial}
              - {name: note, mask: redact}
              - {name: raw, mask: hash, type: varchar(64)}
              - {name: plain}""";

    private static String masked(Scene scene) throws IOException {
        scene.file("key.txt", KEY);
        return scene.runner("masked.yaml", "staging_area:", "masks: {key: \"${file:key.txt}\"}\nstaging_area:");
    }

    @Test
    void nothingOfAMaskedColumnLeavesItsSource(Scene scene) throws Exception {
        scene.source(
                "CREATE TABLE items (id integer, email text, nick varchar(40), phone text, note text, raw bytea, plain text)",
                "INSERT INTO items VALUES"
                        + " (1, 'planted-1@example.org', 'PLANTED \"a\", b', 'planted-471100012345', E'PLANTED\\nx',"
                        + " 'planted-raw', 'kept \"as\" it, is'),"
                        + " (2, NULL, NULL, NULL, NULL, NULL, NULL), (3, '', '', '', '', '', '')");
        String pipeline =
                scene.copyPipeline("table: items\n" + COLUMNS.indent(2).stripTrailing());
        String runner = masked(scene);

        Scene.Answer plan = Scene.tofro("plan", pipeline, "--connect", "--runner", runner);
        Scene.Answer run = Scene.tofro("run", pipeline, "--runner", runner);

        assertThat(run.code()).as(run.toString()).isZero();
        assertThat(scene.warehouseRows("SELECT id, email, who, phone, note, raw, plain FROM NAME.prod ORDER BY id"))
                .containsExactly(
                        "1|" + hmac("planted-1@example.org") + "|" + sha("PLANTED \"a\", b") + "|***2345|***|"
                                + sha("706c616e7465642d726177") + "|kept \"as\" it, is",
                        "2|<null>|<null>|<null>|<null>|<null>|<null>",
                        "3|" + hmac("") + "|" + sha("") + "|***|***|" + sha("") + "|");
        assertThat(plan.out())
                .contains(
                        "column email: text, masked (hmac) -> varchar(64), staged in quotes",
                        "column who: varchar(40), masked (hash) -> varchar(64), staged in quotes",
                        "column phone: text, masked (partial) -> varchar(65535), staged in quotes; fails: more than 65535"
                                + " bytes",
                        "column note: text, masked (redact) -> varchar(3), staged in quotes",
                        "email, masked (hmac), nick as who, masked (hash)");
        assertNothingPlanted(plan.toString(), "the plan");
        assertNothingPlanted(run.toString(), "the run's output");
        int looked = assertNothingPlanted(
                        TestCheckout.FOLDER.resolve(".tofro/s3/tofro-staging").resolve(scene.name))
                + assertNothingPlanted(Scene.stateFolder(run.run()));
        assertThat(looked).isGreaterThan(5);
    }

    @Test
    void aMaskedValueThatDoesNotFitIsNotShownAndNothingIsPublished(Scene scene) throws Exception {
        scene.source(
                "CREATE TABLE items (id integer, email text)",
                "INSERT INTO items VALUES (1, 'planted-1@planted-example.org')");
        String pipeline = scene.copyPipeline("""
                table: items
                  columns:
                  - {name: id}
                  - {name: email, mask: partial, type: varchar(9)}""");

        Scene.Answer run = Scene.tofro("run", pipeline);

        assertThat(run.code()).as(run.toString()).isEqualTo(1);
        assertThat(run.out())
                .contains(
                        "column 'email' (text -> varchar(9)): 1 value longer than its type in bytes; the longest has 23"
                                + " bytes");
        assertNothingPlanted(run.toString(), "the run's output");
    }

    @Test
    void aMaskedFieldOfAnEventLogIsNotInItsRejectsEither(Scene scene) throws Exception {
        scene.file("events/a.json", """
                {"id": 1, "user": {"email": "planted-1@example.org"}, "note": "PLANTED"}
                {"id": "x", "user": {"email": "planted-2@example.org"}, "note": "PLANTED"}
                {"id": 3, "user": {"email": null}, "other": "planted-3"}
                """);
        String pipeline = scene.file(
                "events.yaml", """
                name: NAME
                steps:
                - type: extract-from-event-log
                  name: extract
                  path: file:%s/events/*.json
                  settle: 0 s
                  max_rejects: 1
                  fields:
                  - {name: id, type: bigint}
                  - {name: email, pointer: /user/email, mask: hmac}
                  - {name: note, mask: redact}
                - type: load-into-staging-table
                  name: load
                  table: NAME.staging
                """.formatted(Path.of(scene.file("here", "")).getParent()));
        String runner = masked(scene);

        Scene.Answer plan = Scene.tofro("plan", pipeline, "--connect", "--runner", runner);
        Scene.Answer run = Scene.tofro("run", pipeline, "--runner", runner);

        assertThat(run.code()).as(run.toString()).isZero();
        assertThat(scene.warehouseRows("SELECT id, email, note FROM NAME.staging ORDER BY id"))
                .containsExactly("1|" + hmac("planted-1@example.org") + "|***", "3|<null>|<null>");
        assertThat(plan.out()).contains("email: json /user/email, masked (hmac) -> varchar(64), staged in quotes");
        assertNothingPlanted(plan.toString(), "the plan");
        assertNothingPlanted(run.toString(), "the run's output");
        Path staged = TestCheckout.FOLDER.resolve(".tofro/s3/tofro-staging").resolve(scene.name);
        assertNothingPlanted(staged);
        assertNothingPlanted(Scene.stateFolder(run.run()));
        try (Stream<Path> all = Files.walk(staged)) {
            Path rejects = all.filter(path -> path.toString().endsWith("rejects.json.zst"))
                    .findFirst()
                    .orElseThrow();
            assertThat(content(rejects)).contains("\"line\":2", "\"withheld\":\"a field of the line is masked\"");
        }
    }

    private static int assertNothingPlanted(Path folder) throws IOException {
        int files = 0;
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                assertNothingPlanted(content(file), file.toString());
                files++;
            }
        }
        return files;
    }

    private static void assertNothingPlanted(String text, String where) {
        assertThat(PLANTED).as(where).noneMatch(text::contains);
    }

    private static String content(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            InputStream plain = file.toString().endsWith(".zst") ? new ZstdInputStream(in) : in;
            return new String(plain.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String sha(String text) throws Exception {
        return java.util.HexFormat.of()
                .formatHex(java.security.MessageDigest.getInstance("SHA-256")
                        .digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String hmac(String text) throws Exception {
        javax.crypto.Mac mac = javax.crypto.Mac.getInstance("HmacSHA256");
        mac.init(new javax.crypto.spec.SecretKeySpec(KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return java.util.HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    }
}
