package org.tofro.connect.transform;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.tofro.connect.extract.ExtractException;
import org.tofro.data.FileContent;

/** What runs a script: what its first line names, else what the end of its name stands for. */
public final class Interpreter {
    private static final Map<String, List<String>> BY_SUFFIX = Map.of(
            ".sh", List.of("sh"),
            ".py", List.of("python3"),
            ".java", List.of(java()),
            ".jar", List.of(java(), "-jar"),
            ".R", List.of("Rscript"));

    private Interpreter() {}

    /** What is wrong with a script as a file, before it is run anywhere; empty where nothing is. */
    public static Optional<String> complaint(FileContent script) {
        String first = script.firstLine();
        if (first.startsWith("#!")) {
            return first.endsWith("\r")
                    ? Optional.of(
                            "'" + script.path() + "' has lines that end in carriage returns, which becomes a part of"
                                    + " the interpreter's name; save it with line feeds only")
                    : Optional.empty();
        }
        return isProgram(script) || bySuffix(script.name()).isPresent()
                ? Optional.empty()
                : Optional.of("'" + script.path() + "' does not say what runs it: its first line is not one such as"
                        + " #!/usr/bin/env python3, and its name does not end in .sh, .py, .java, .jar or .R");
    }

    /**
     * The words that run a script.
     *
     * @param file where it is now
     * @param path where programs are looked for, as the script's {@code PATH} has them
     * @throws ExtractException where there is no such program on this machine
     */
    static List<String> words(FileContent script, Path file, String path) {
        Optional<String> complaint = complaint(script);
        if (complaint.isPresent()) {
            throw ExtractException.permanent(complaint.get());
        }
        List<String> words = new ArrayList<>();
        String first = script.firstLine();
        if (first.startsWith("#!")) {
            demandInterpreter(script, first, path);
        } else if (!isProgram(script)) {
            List<String> found = bySuffix(script.name()).orElseThrow();
            demand(script, found.get(0), path);
            words.addAll(found);
        }
        words.add(file.toString());
        return words;
    }

    private static void demandInterpreter(FileContent script, String first, String path) {
        List<String> words =
                new ArrayList<>(Arrays.asList(first.substring(2).strip().split("\\s+")));
        demand(script, words.get(0), path);
        if (words.get(0).endsWith("/env")) {
            words.stream()
                    .skip(1)
                    .filter(word -> !word.startsWith("-") && !word.contains("="))
                    .findFirst()
                    .ifPresent(program -> demand(script, program, path));
        }
    }

    private static void demand(FileContent script, String program, String path) {
        boolean there = program.contains("/")
                ? Files.isExecutable(Path.of(program))
                : Arrays.stream(path.split(File.pathSeparator))
                        .anyMatch(folder -> !folder.isEmpty() && Files.isExecutable(Path.of(folder, program)));
        if (!there) {
            throw ExtractException.permanent(
                    "'" + script.path() + "' needs the program '" + program + "', which this machine"
                            + " does not have" + (program.contains("/") ? "" : " in its PATH (" + path + ")")
                            + "; install it on every machine on which the step may run");
        }
    }

    private static Optional<List<String>> bySuffix(String name) {
        return BY_SUFFIX.entrySet().stream()
                .filter(entry -> name.endsWith(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** Whether it is a program by itself: ELF, or one of the forms of macOS. */
    private static boolean isProgram(FileContent script) {
        byte[] bytes = script.bytes();
        if (bytes.length < 4) {
            return false;
        }
        int magic = (bytes[0] & 0xff) << 24 | (bytes[1] & 0xff) << 16 | (bytes[2] & 0xff) << 8 | (bytes[3] & 0xff);
        return magic == 0x7f454c46 || magic == 0xcffaedfe || magic == 0xcafebabe;
    }

    /** The JDK that runs this program. */
    static String java() {
        boolean windows = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
        return Path.of(System.getProperty("java.home"), "bin", windows ? "java.exe" : "java")
                .toString();
    }
}
