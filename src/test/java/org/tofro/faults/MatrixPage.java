package org.tofro.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.tofro.local.redshift.Isolation;

/** The matrix as a table in Markdown: faults by write modes, with how often each fault fired under each isolation level. */
final class MatrixPage {
    private final Map<InjectedFault, Map<WriteMode, Map<Isolation, Cell.Result>>> results = new LinkedHashMap<>();

    void add(InjectedFault fault, WriteMode mode, Isolation isolation, Cell.Result result) {
        results.computeIfAbsent(fault, key -> new LinkedHashMap<>())
                .computeIfAbsent(mode, key -> new EnumMap<>(Isolation.class))
                .put(isolation, result);
    }

    void write(Path file) throws IOException {
        Files.writeString(file, text());
    }

    String text() {
        List<Cell.Result> all = results.values().stream()
                .flatMap(modes -> modes.values().stream())
                .flatMap(levels -> levels.values().stream())
                .toList();
        StringBuilder page = new StringBuilder();
        page.append(
                "%d cells, in which faults fired %d times; %d runs published all the same, %d failed with production"
                        .formatted(
                                all.size(),
                                all.stream().mapToInt(Cell.Result::fired).sum(),
                                all.stream().filter(result -> !result.resumed()).count(),
                                all.stream().filter(Cell.Result::resumed).count()));
        page.append("\nuntouched and were resumed. Each cell: how often the fault fired under SNAPSHOT and under"
                + " SERIALIZABLE isolation.\n\n| fault | meets | ");
        page.append(WriteMode.ALL.stream().map(WriteMode::name).collect(Collectors.joining(" | ")));
        page.append(" | then |\n|---|---|")
                .append("---|".repeat(WriteMode.ALL.size() + 1))
                .append('\n');
        for (InjectedFault fault : InjectedFault.ALL) {
            Map<WriteMode, Map<Isolation, Cell.Result>> modes = results.getOrDefault(fault, Map.of());
            page.append("| ")
                    .append(fault.kind())
                    .append(" | ")
                    .append(fault.where())
                    .append(" | ");
            for (WriteMode mode : WriteMode.ALL) {
                Map<Isolation, Cell.Result> levels = modes.getOrDefault(mode, Map.of());
                page.append(fired(levels, Isolation.SNAPSHOT))
                        .append(", ")
                        .append(fired(levels, Isolation.SERIALIZABLE))
                        .append(" | ");
            }
            page.append(fault.ending() == InjectedFault.Ending.SURVIVES ? "published" : "untouched, resumed")
                    .append(" |\n");
        }
        return page.toString();
    }

    private static String fired(Map<Isolation, Cell.Result> levels, Isolation level) {
        Cell.Result result = levels.get(level);
        return result == null ? "-" : String.valueOf(result.fired());
    }
}
