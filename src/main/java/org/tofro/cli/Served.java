package org.tofro.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.tofro.local.Stack;
import org.tofro.settings.Connection;
import org.tofro.settings.Secret;
import org.tofro.settings.SecretException;
import org.tofro.settings.Settings;
import org.tofro.settings.SettingsReader;

/** An environment whose connections can be opened: their secrets can be had, and the stand-ins among them run. */
final class Served {
    private Served() {}

    /**
     * @param names the connections that the command needs
     * @param progress takes a line for each thing that was started
     * @return the settings with the stand-ins' addresses
     * @throws InvalidInputException where a secret is not there, or not for this identity
     * @throws FailedException where who keeps it does not answer
     */
    static Settings of(Settings settings, Set<String> names, Consumer<String> progress) {
        demandSecrets(settings, names);
        return Stack.serve(settings, names, Checkout.folder(), progress);
    }

    /** Where a pipeline masks by HMAC, its key is asked for too. */
    static void demandMaskKey(Loaded loaded) {
        Secret key = loaded.settings().maskKey();
        if (key == null
                || loaded.graph().pipeline().allSteps().stream()
                        .noneMatch(step -> step.step().needsMaskKey())) {
            return;
        }
        try {
            if (key.reveal().length() < SettingsReader.SHORTEST_KEY) {
                throw new InvalidInputException("the key of 'masks' " + SettingsReader.TOO_SHORT);
            }
        } catch (SecretException e) {
            String sentence = "the key of 'masks': " + e.getMessage();
            throw e.transientTrouble() ? new FailedException(sentence) : new InvalidInputException(sentence);
        }
    }

    /** Better said now than by a worker in an hour; what was asked for once is known from then on. */
    private static void demandSecrets(Settings settings, Set<String> names) {
        List<String> troubles = new ArrayList<>();
        boolean passing = true;
        for (String name : new TreeSet<>(names)) {
            Connection connection = settings.connections().get(name);
            Secret secret = connection == null ? null : connection.secret();
            try {
                if (secret != null) {
                    secret.reveal();
                }
            } catch (SecretException e) {
                troubles.add("connection '" + name + "': " + e.getMessage());
                passing &= e.transientTrouble();
            }
        }
        if (troubles.isEmpty()) {
            return;
        }
        String all = String.join("\n", troubles);
        if (passing) {
            throw new FailedException(all);
        }
        throw new InvalidInputException(all);
    }
}
