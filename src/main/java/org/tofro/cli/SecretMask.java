package org.tofro.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tofro.settings.CassandraConnection;
import org.tofro.settings.Connection;
import org.tofro.settings.MysqlConnection;
import org.tofro.settings.PostgresConnection;
import org.tofro.settings.RedshiftConnection;
import org.tofro.settings.S3Connection;
import org.tofro.settings.Secret;
import org.tofro.settings.Settings;

/**
 * Takes the secrets of an environment out of a text that others will read. No message should hold one; a driver's or a
 * script's might. Stand-ins have none.
 */
final class SecretMask implements UnaryOperator<String> {
    /** What is shorter would be found in words that are no secrets. */
    private static final int SHORTEST = 4;

    private final List<String> secrets;

    SecretMask(Settings settings) {
        List<String> found = new ArrayList<>();
        Stream.concat(
                        Stream.of(settings.maskKey()),
                        settings.connections().values().stream()
                                .filter(connection -> !connection.standIn())
                                .map(SecretMask::secret))
                .filter(Objects::nonNull)
                .map(Secret::reveal)
                .filter(secret -> secret.length() >= SHORTEST)
                .forEach(found::add);
        // One may be a part of another.
        found.sort(Comparator.comparing(String::length).reversed());
        this.secrets = List.copyOf(found);
    }

    private static @Nullable Secret secret(Connection connection) {
        if (connection instanceof PostgresConnection postgres) {
            return postgres.password();
        }
        if (connection instanceof MysqlConnection mysql) {
            return mysql.password();
        }
        if (connection instanceof RedshiftConnection redshift) {
            return redshift.password();
        }
        if (connection instanceof CassandraConnection cassandra) {
            return cassandra.password();
        }
        return connection instanceof S3Connection s3 ? s3.secretKey() : null;
    }

    @Override
    public String apply(String text) {
        String masked = text;
        for (String secret : secrets) {
            masked = masked.replace(secret, "***");
        }
        return masked;
    }
}
