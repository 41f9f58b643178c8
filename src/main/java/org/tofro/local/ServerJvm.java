package org.tofro.local;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Starts servers that are JVMs of their own: they outlive this process and hear nothing of the terminal's Ctrl-C. */
final class ServerJvm {
    private ServerJvm() {}

    /**
     * Starts one.
     *
     * @param folder its working directory
     * @param log takes both its outputs
     * @param arguments what follows {@code java} on the command line
     * @param classPath by the environment, because the command line would fill a screen of ps
     */
    static ProcessHandle start(Path folder, Path log, List<String> arguments, String classPath) throws IOException {
        List<String> java = new ArrayList<>();
        java.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        java.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(DaemonProcess.detached(java, DaemonProcess.onPath("setsid")))
                .directory(folder.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("CLASSPATH", classPath);
        return server(builder.start());
    }

    /** The server itself where a shell stands between, as it does where there is no setsid. */
    private static ProcessHandle server(Process started) throws IOException {
        if (DaemonProcess.onPath("setsid") != null) {
            return started.toHandle();
        }
        for (int attempt = 0; attempt < 100 && started.isAlive(); attempt++) {
            Optional<ProcessHandle> child = started.children().findFirst();
            if (child.isPresent()) {
                return child.get();
            }
            Subprocess.pause(20);
        }
        return started.toHandle();
    }
}
