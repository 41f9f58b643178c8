package org.tofro.connect.aws;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.tofro.settings.Secret;

/** What this JVM has asked for already: each secret is asked for once, however many sessions need it. */
final class Asked {
    /** The one static of this package, as secrets travel to workers as references. What fails is not kept. */
    private static final Map<Secret.Source, String> VALUES = new ConcurrentHashMap<>();

    private Asked() {}

    static String once(Secret.Source source, Supplier<String> ask) {
        return VALUES.computeIfAbsent(source, unknown -> ask.get());
    }

    /** What was asked for before; null where it was not. */
    static @Nullable String before(Secret.Source source) {
        return VALUES.get(source);
    }
}
