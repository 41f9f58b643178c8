package org.tofro.local;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** As whom PostgreSQL's programs run: they refuse root, so root (in a container, say) starts them as somebody else. */
enum ServerUser {
    /** The user of this process. */
    SELF(""),
    /** Root's files, seen from a user namespace in which nobody is root. */
    NAMESPACE("unshare -U"),
    /** The user nobody, where a container forbids namespaces; the server's files are made nobody's. */
    NOBODY("setpriv --reuid=65534 --regid=65534 --clear-groups");

    private final String prefix;

    ServerUser(String prefix) {
        this.prefix = prefix;
    }

    static ServerUser choose() {
        if (new UnixSystem().getUid() != 0) {
            return SELF;
        }
        for (ServerUser user : List.of(NAMESPACE, NOBODY)) {
            if (user.works(List.of("true"))) {
                return user;
            }
        }
        throw new StackException(
                "PostgreSQL does not run as root, and neither unshare nor setpriv works here to start it as somebody else;"
                        + " run Tofro as an ordinary user");
    }

    List<String> command(Path program, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(program.toString());
        command.addAll(arguments);
        return prefixed(command);
    }

    /** Makes sure that the servers can write the folder. */
    void own(Path folder) throws IOException {
        Files.createDirectories(folder);
        if (this != NOBODY) {
            return;
        }
        Subprocess chown =
                Subprocess.run(List.of("chown", "-R", "65534:65534", folder.toString()), folder, Duration.ofMinutes(1));
        if (chown.exitCode() != 0) {
            throw new IOException(chown.lastLine());
        }
        if (!works(List.of("test", "-w", folder.toString()))) {
            throw new IOException("PostgreSQL does not run as root, and the user 'nobody' cannot reach '" + folder
                    + "'; move the checkout to a folder that every user can enter, or run Tofro as an ordinary user");
        }
    }

    private List<String> prefixed(List<String> command) {
        List<String> prefixed = new ArrayList<>();
        if (!prefix.isEmpty()) {
            prefixed.addAll(List.of(prefix.split(" ", -1)));
        }
        prefixed.addAll(command);
        return prefixed;
    }

    private boolean works(List<String> arguments) {
        try {
            return Subprocess.run(prefixed(arguments), Path.of("/"), Duration.ofSeconds(10))
                            .exitCode()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
