package org.tofro.secrecy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Secrets of a test, each unlike any other text, and the places that must not hold them. */
public final class Planted {
    private final Map<String, String> secrets = new LinkedHashMap<>();

    /** Makes a secret. */
    public String plant(String what) {
        return note(what, "planted-" + UUID.randomUUID());
    }

    /** A secret that was made elsewhere. */
    public String note(String what, String secret) {
        if (secret.length() < 7) {
            throw new IllegalArgumentException("'" + what + "' is too short to be told from other text");
        }
        secrets.put(what, secret);
        return secret;
    }

    /** As it is, or as a header of HTTP would have it. */
    public void demandNoneIn(String place, String text) {
        secrets.forEach((what, secret) -> {
            String encoded =
                    Base64.getEncoder().withoutPadding().encodeToString(secret.getBytes(StandardCharsets.UTF_8));
            assertThat(text.contains(secret) || text.contains(encoded.substring(0, encoded.length() - 2)))
                    .as("%s holds the secret of %s: %s", place, what, around(text, secret))
                    .isFalse();
        });
    }

    private static String around(String text, String secret) {
        int at = text.indexOf(secret);
        return at < 0 ? "" : text.substring(Math.max(0, at - 120), Math.min(text.length(), at + secret.length() + 20));
    }

    /** Every file below a folder, and what is packed in those that are archives; returns how many files there were. */
    public int demandNoneBelow(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            demandNoneIn(file.toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
            if (file.toString().endsWith(".zip")) {
                demandNonePackedIn(file);
            }
        }
        return files.size();
    }

    /** Every entry of an archive, names and contents; returns the names. */
    public List<String> demandNonePackedIn(Path archive) throws IOException {
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            List<? extends ZipEntry> entries = Collections.list(zip.entries());
            for (ZipEntry entry : entries) {
                byte[] content = zip.getInputStream(entry).readAllBytes();
                demandNoneIn(
                        archive + ": " + entry.getName(),
                        entry.getName() + "\n" + new String(content, StandardCharsets.ISO_8859_1));
            }
            return entries.stream().map(ZipEntry::getName).toList();
        }
    }
}
