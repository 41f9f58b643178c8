package org.tofro.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.tofro.data.Mask;
import org.tofro.settings.Connection;
import org.tofro.settings.Secret;
import org.tofro.settings.Settings;

/**
 * Takes the secrets of an environment out of a text that others will read. No message should hold one; a driver's or a
 * script's might. Stand-ins have none, and what nobody has asked for yet can be in no text.
 */
final class SecretMask implements Mask {
    /** What is shorter would be found in words that are no secrets. */
    private static final int SHORTEST = 4;

    private final ArrayList<Secret> secrets;

    SecretMask(Settings settings) {
        this(settings, settings.connections().keySet());
    }

    /** Of these connections only: where it travels, no other secret needs to. */
    SecretMask(Settings settings, Set<String> connections) {
        this.secrets = new ArrayList<>(Stream.concat(
                        Stream.of(settings.maskKey()),
                        settings.connections().values().stream()
                                .filter(connection -> connections.contains(connection.name()))
                                .filter(connection -> !connection.standIn())
                                .map(Connection::secret))
                .filter(Objects::nonNull)
                .toList());
    }

    @Override
    public String apply(String text) {
        // One may be a part of another, so the longest goes first.
        List<String> known = secrets.stream()
                .map(Secret::known)
                .filter(Objects::nonNull)
                .filter(secret -> secret.length() >= SHORTEST)
                .sorted(Comparator.comparing(String::length).reversed())
                .toList();
        String masked = text;
        for (String secret : known) {
            masked = masked.replace(secret, "***");
        }
        return masked;
    }
}
