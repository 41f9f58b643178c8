package org.tofro.notify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tofro.settings.Reference;
import org.tofro.settings.Secret;

/** Looks values up that are kept outside of files, when they are needed. */
record KeptValues(Function<String, @Nullable String> environment) {
    /** The value; throws where it is not there. */
    Secret of(Reference reference) throws NotToldException {
        if (reference.kind().equals("env")) {
            String value = environment.apply(reference.argument());
            if (value == null || value.isBlank()) {
                throw new NotToldException("the environment variable '" + reference.argument() + "' is not set");
            }
            return Secret.of(value.strip());
        }
        try {
            return Secret.of(Files.readString(Path.of(reference.argument())).strip());
        } catch (IOException | InvalidPathException e) {
            throw new NotToldException("the file '" + reference.argument() + "' cannot be read");
        }
    }
}
