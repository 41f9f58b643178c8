package org.tofro.settings;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import org.tofro.problem.Span;

/**
 * A file of certificates that a file names by a relative path. Certificates are no secrets, so it can be taken elsewhere; it
 * has been read, and holds nothing else.
 *
 * @param written as the file has it: beside that file, else in the working directory
 * @param found where it was found
 * @param span where it is named
 */
public record CertificateFile(String written, Path found, Span span) {
    private static final long LARGEST_FILE = 1 << 20;

    /** The PEM text of a file; empty where the file cannot be read, or holds anything but certificates. */
    static Optional<String> text(Path file) {
        try {
            if (Files.size(file) <= LARGEST_FILE) {
                String text = Files.readString(file);
                byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
                boolean some = !CertificateFactory.getInstance("X.509")
                        .generateCertificates(new ByteArrayInputStream(bytes))
                        .isEmpty();
                return some && !text.contains("PRIVATE KEY") ? Optional.of(text) : Optional.empty();
            }
        } catch (IOException | CertificateException unreadable) {
            // It is then no file of certificates.
        }
        return Optional.empty();
    }

    /** Whether a path says where a file is from the file on that names it. */
    static boolean isRelative(String path) {
        try {
            return !Path.of(path).isAbsolute();
        } catch (InvalidPathException impossible) {
            return false;
        }
    }
}
