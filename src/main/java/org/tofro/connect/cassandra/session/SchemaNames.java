package org.tofro.connect.cassandra.session;

import com.datastax.oss.driver.api.core.CqlIdentifier;
import java.util.Collection;
import java.util.List;

/** The names that a schema has, for messages about one that it does not have. */
public final class SchemaNames {
    private SchemaNames() {}

    /** The names in order, without those of the server's own keyspaces. */
    public static List<String> of(Collection<CqlIdentifier> names) {
        return names.stream()
                .map(CqlIdentifier::asInternal)
                .filter(name -> !name.matches("system(_.*)?"))
                .sorted()
                .toList();
    }
}
