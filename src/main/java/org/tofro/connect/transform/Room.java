package org.tofro.connect.transform;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.program.WorkFolder;

/** What a transform says where the disk of its work folder is full. */
final class Room {
    private Room() {}

    /** Fails where the disk is about to be full. */
    static void demand(WorkFolder work) throws IOException {
        if (work.isFull()) {
            throw full(null);
        }
    }

    static ExtractException full(@Nullable Exception cause) {
        return new ExtractException(
                "the disk of this machine's folder for temporary files has less than " + WorkFolder.LEAST_FREE_MIB
                        + " MiB left, and the transform needs its inputs and outputs there, uncompressed; make room, or name"
                        + " another folder by -Djava.io.tmpdir",
                false,
                cause);
    }
}
