package org.tofro.local.redshift;

import java.io.IOException;

/** One UNLOAD. */
final class UnloadRun {
    private final UnloadCommand command;
    private final StoredObjects objects;
    private final FrontSettings settings;

    UnloadRun(UnloadCommand command, StoredObjects objects, FrontSettings settings) {
        this.command = command;
        this.objects = objects;
        this.settings = settings;
    }

    void unload(Backend backend) throws IOException, RedshiftException {
        command.access().check(settings);
        throw RedshiftException.unsupported("UNLOAD is not supported by this stand-in");
    }
}
