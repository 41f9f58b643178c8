package org.tofro.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tofro.faults.InjectedFault.Ending;
import org.tofro.local.redshift.Isolation;

/** The matrix as a table in Markdown: faults by write modes, with how often each fault fired under each isolation level. */
final class MatrixPage {
    private final Map<InjectedFault, Map<WriteMode, Map<Isolation, Integer>>> fired = new LinkedHashMap<>();

    /** Notes that a cell did what it was to do, and how often its fault fired. */
    void add(InjectedFault fault, WriteMode mode, Isolation isolation, int times) {
        fired.computeIfAbsent(fault, key -> new LinkedHashMap<>())
                .computeIfAbsent(mode, key -> new EnumMap<>(Isolation.class))
                .put(isolation, times);
    }

    void write(Path file) throws IOException {
        Files.writeString(file, text());
    }

    private String text() {
        StringBuilder page = new StringBuilder("%d cells, in which faults fired %d times:%n"
                .formatted(
                        InjectedFault.ALL.stream()
                                .mapToLong(fault -> times(fault).count())
                                .sum(),
                        InjectedFault.ALL.stream()
                                .flatMap(this::times)
                                .mapToInt(each -> each)
                                .sum()));
        for (Ending ending : Ending.values()) {
            page.append("- %d: %s%n"
                    .formatted(
                            InjectedFault.ALL.stream()
                                    .filter(fault -> fault.ending() == ending)
                                    .flatMap(this::times)
                                    .count(),
                            ending.words()));
        }
        page.append(
                "\nEach cell: how often the fault fired under SNAPSHOT, under SERIALIZABLE isolation.\n\n| fault | meets | ");
        page.append(WriteMode.ALL.stream().map(WriteMode::name).collect(Collectors.joining(" | ")));
        page.append(" | the run |\n|---|---|")
                .append("---|".repeat(WriteMode.ALL.size() + 1))
                .append('\n');
        for (InjectedFault fault : InjectedFault.ALL) {
            page.append("| %s | %s | ".formatted(fault.kind(), fault.where()));
            for (WriteMode mode : WriteMode.ALL) {
                Map<Isolation, Integer> levels =
                        fired.getOrDefault(fault, Map.of()).getOrDefault(mode, Map.of());
                page.append(Stream.of(Isolation.values())
                                .map(level -> levels.containsKey(level)
                                        ? levels.get(level).toString()
                                        : "-")
                                .collect(Collectors.joining(", ")))
                        .append(" | ");
            }
            page.append(fault.ending().words()).append(" |\n");
        }
        return page.toString();
    }

    private Stream<Integer> times(InjectedFault fault) {
        return fired.getOrDefault(fault, Map.of()).values().stream().flatMap(levels -> levels.values().stream());
    }
}
