package org.tofro.notify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tofro.settings.Reference;
import org.tofro.settings.Secret;
import org.tofro.settings.SecretException;
import org.tofro.settings.SecretStores;

/** Looks values up that are kept outside of files, when they are needed. */
record KeptValues(Function<String, @Nullable String> environment, SecretStores stores) {
    /** The value; throws where it is not there. */
    Secret of(Reference reference) throws NotToldException {
        String argument = reference.argument();
        try {
            String value = switch (reference.kind()) {
                case "env" -> variable(argument);
                case "aws-secret", "aws-parameter" ->
                    stores.referred(reference.kind(), argument).value();
                default -> file(argument);
            };
            return Secret.of(value.strip());
        } catch (SecretException e) {
            throw new NotToldException(String.valueOf(e.getMessage()));
        }
    }

    private String variable(String name) throws NotToldException {
        String value = environment.apply(name);
        if (value == null || value.isBlank()) {
            throw new NotToldException("the environment variable '" + name + "' is not set");
        }
        return value;
    }

    private static String file(String path) throws NotToldException {
        try {
            return Files.readString(Path.of(path));
        } catch (IOException | InvalidPathException e) {
            throw new NotToldException("the file '" + path + "' cannot be read");
        }
    }
}
