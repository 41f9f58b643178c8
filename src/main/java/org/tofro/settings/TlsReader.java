package org.tofro.settings;

import static org.tofro.yaml.FieldReader.quoted;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.tofro.problem.Problems;
import org.tofro.problem.Spelling;
import org.tofro.settings.Tls.Mode;
import org.tofro.yaml.FieldReader;
import org.tofro.yaml.Node;

/** Reads how a connection is encrypted. Remote servers are verified unless the file says otherwise. */
final class TlsReader {
    private static final List<String> WORDS = List.of("verify", "encrypt", "off");

    /** The properties of the drivers by which they are told the same. */
    private static final String DRIVERS_OWN =
            "ssl.*|gssencmode|usessl|requiressl|verifyservercertificate|trustcertificatekeystore.*|clientcertificatekeystore.*"
                    + "|fallbacktosystemtruststore|socketfactory.*|authmech";

    private final Path runnerFile;
    private final Problems problems;
    private final Consumer<CertificateFile> named;

    /** @param named takes the files that connections name beside the runner file */
    TlsReader(Path runnerFile, Problems problems, Consumer<CertificateFile> named) {
        this.runnerFile = runnerFile;
        this.problems = problems;
        this.named = named;
    }

    /**
     * @param hosts where the server is
     * @param properties what the driver is told beside
     * @param local what holds where the server is on this machine, and the file says nothing
     */
    Tls read(FieldReader reader, List<String> hosts, Map<String, String> properties, Tls local) {
        Node.Scalar given = reader.scalar("tls");
        Node.Scalar root = reader.scalar("tls_root");
        String own = properties.keySet().stream()
                .filter(name -> name.toLowerCase(Locale.ROOT).matches(DRIVERS_OWN))
                .sorted()
                .findFirst()
                .orElse(null);
        Node.Scalar first = given != null ? given : root;
        if (own != null && first != null) {
            problems.addUnquoted(
                    first.span(),
                    reader.subject() + " says by the property " + quoted(own)
                            + " how it is encrypted, and by 'tls' or 'tls_root' too; give one of them");
            return Tls.DRIVER;
        }
        Mode mode = given == null ? null : mode(given);
        if (root != null && mode != null && mode != Mode.VERIFY) {
            problems.addUnquoted(
                    root.span(), "'tls_root' says whose certificates are trusted, which only 'tls: verify' checks");
        }
        if (mode == null && root == null) {
            boolean here = !hosts.isEmpty() && hosts.stream().allMatch(TlsReader::isLoopback);
            return own != null ? Tls.DRIVER : here ? local : new Tls(Mode.VERIFY, null);
        }
        return new Tls(mode == null ? Mode.VERIFY : mode, root == null ? null : certificates(root));
    }

    private @Nullable Mode mode(Node.Scalar given) {
        String word = given.text().toLowerCase(Locale.ROOT);
        return switch (word) {
            case "verify", "true", "yes", "on" -> Mode.VERIFY;
            case "encrypt" -> Mode.ENCRYPT;
            case "off", "false", "no" -> Mode.OFF;
            default -> {
                problems.add(
                        given.span(),
                        "'tls' takes " + String.join(", ", WORDS) + ", not " + quoted(given.text())
                                + Spelling.nearest(word, WORDS)
                                        .map(meant -> "; did you mean '" + meant + "'?")
                                        .orElse(""));
                yield null;
            }
        };
    }

    private @Nullable String certificates(Node.Scalar root) {
        String path = root.text();
        try {
            Path beside = runnerFile.resolveSibling(path);
            Path file = Files.isRegularFile(beside) ? beside : Path.of(path);
            if (!Files.isRegularFile(file)) {
                problems.add(root.span(), "there is no file " + quoted(path));
                return null;
            }
            Optional<String> text = CertificateFile.text(file);
            if (text.isPresent()) {
                if (CertificateFile.isRelative(path)) {
                    named.accept(new CertificateFile(path, file, root.span()));
                }
                return text.get();
            }
        } catch (InvalidPathException impossible) {
            // Said below.
        }
        problems.add(
                root.span(),
                "'tls_root' takes a file of certificates as PEM (-----BEGIN CERTIFICATE-----), and " + quoted(path)
                        + " is none");
        return null;
    }

    /** Whether what is sent there never leaves this machine. */
    private static boolean isLoopback(String host) {
        String name = host.toLowerCase(Locale.ROOT).replaceFirst("^\\[(.*)](:\\d+)?$", "$1");
        return name.matches("localhost(:\\d+)?|127(\\.\\d+){3}(:\\d+)?|::1|0:0:0:0:0:0:0:1");
    }
}
