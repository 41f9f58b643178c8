package org.tofro.problem;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Prints problems as {@code file:line:column: message}, with the source line and a caret beneath. */
public final class ProblemPrinter {
    private static final int MOST = 100;
    private static final int LONGEST_FILE = 4 << 20;
    private static final int LONGEST_LINE = 120;
    /** A value that may be a secret, behind a name that says so; references such as {@code ${env:X}} may be shown. */
    private static final Pattern SECRET = Pattern.compile(
            "(?i)(?<![\\w-])(?<!\\$\\{)[\\w-]*(?:pass|pwd|secret|token|credential|access_?key)[\\w-]*[\"']?\\s*[:=]\\s*"
                    + "(?!\\s|[\"']?\\$\\{[^}]*}[\"']?\\s*(?:[,}]|$))(.+)");

    private final Map<String, Optional<SourceText>> sources = new HashMap<>();

    /** Every problem once, by file and position; of very many the first hundred. */
    public String print(List<Problem> problems) {
        List<Problem> sorted = problems.stream()
                .distinct()
                .sorted(Comparator.comparing((Problem problem) -> problem.span().file())
                        .thenComparing(problem -> problem.span().line())
                        .thenComparing(problem -> problem.span().column()))
                .toList();
        String printed = sorted.stream().limit(MOST).map(this::print).collect(Collectors.joining());
        return sorted.size() <= MOST ? printed : printed + "and " + (sorted.size() - MOST) + " more problems\n";
    }

    private String print(Problem problem) {
        Span span = problem.span();
        String headline = span + ": " + visible(problem.message()) + "\n";
        Optional<String> line = problem.quotable()
                ? source(span.file()).map(source -> source.line(span.line())).filter(text -> !text.isBlank())
                : Optional.empty();
        return headline + line.map(text -> quote(text, span.column())).orElse("");
    }

    private static String quote(String line, int column) {
        Matcher secret = SECRET.matcher(line);
        boolean masked = secret.find();
        String shown = masked ? line.substring(0, secret.start(1)) + "***" : line;
        int codePoints = shown.codePointCount(0, shown.length());
        int at = Math.min(column - 1, masked ? shown.codePointCount(0, secret.start(1)) : codePoints);
        int first = at < LONGEST_LINE - 20 ? 0 : at - LONGEST_LINE / 2;
        int last = Math.min(codePoints, first + LONGEST_LINE);
        String cut = shown.substring(shown.offsetByCodePoints(0, first), shown.offsetByCodePoints(0, last));
        String before = cut.substring(0, cut.offsetByCodePoints(0, at - first));
        String indent = before.codePoints()
                .mapToObj(point -> point == '\t' ? "\t" : " ")
                .collect(Collectors.joining());
        String ellipsis = first > 0 ? "..." : "";
        String end = last < codePoints ? "..." : "";
        return "  " + ellipsis + visible(cut) + end + "\n  " + " ".repeat(ellipsis.length()) + indent + "^\n";
    }

    /** Control characters, which could drive a terminal, become a visible sign. */
    private static String visible(String text) {
        return text.replaceAll("[\\p{Cc}&&[^\t]]", "\uFFFD");
    }

    private Optional<SourceText> source(String file) {
        return sources.computeIfAbsent(file, ProblemPrinter::read);
    }

    private static Optional<SourceText> read(String file) {
        try {
            Path path = Path.of(file);
            if (!Files.isRegularFile(path) || Files.size(path) > LONGEST_FILE) {
                return Optional.empty();
            }
            String text = new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
            return Optional.of(new SourceText(file, text.startsWith("\uFEFF") ? text.substring(1) : text));
        } catch (IOException | InvalidPathException unreadable) {
            return Optional.empty();
        }
    }
}
