package org.tofro.yaml;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tofro.problem.Problems;
import org.tofro.problem.SourceText;
import org.tofro.problem.Span;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.reader.ReaderException;

/** Reads YAML files. What is wrong with one becomes a problem; nothing that a file can hold makes it throw. */
public final class YamlReader {
    /** The longest file that is read, in bytes. */
    public static final int LONGEST_FILE = 1 << 20;

    private static final int DEEPEST = 50;

    private YamlReader() {}

    /**
     * A file's text and what it holds.
     *
     * @param source the text; empty where it is no text
     * @param root the value of the whole document; null where there is none, with a problem that says why
     */
    public record Document(SourceText source, @Nullable Node root) {}

    /** Reads a file under the name that its user gave. */
    public static Document read(Path file, Problems problems) {
        String name = file.toString();
        try (InputStream in = Files.newInputStream(file)) {
            return read(name, in.readNBytes(LONGEST_FILE + 1), problems);
        } catch (IOException failure) {
            boolean missing = !Files.exists(file);
            String why = missing ? "there is no such file" : "it is not readable: " + reason(file, failure);
            problems.add(Span.startOf(name), why);
            return new Document(new SourceText(name, ""), null);
        }
    }

    private static String reason(Path file, IOException failure) {
        return Files.isDirectory(file)
                ? "it is a folder"
                : failure.getClass().getSimpleName().replace("Exception", "");
    }

    /** Reads a file's bytes. */
    public static Document read(String file, byte[] bytes, Problems problems) {
        Document nothing = new Document(new SourceText(file, ""), null);
        if (bytes.length > LONGEST_FILE) {
            problems.addUnquoted(
                    Span.startOf(file),
                    "the file is longer than 1 MiB, the most that Tofro reads; split it into several files");
            return nothing;
        }
        Optional<String> text = decode(file, bytes, problems);
        if (text.isEmpty()) {
            return nothing;
        }
        SourceText source = new SourceText(
                file, text.get().startsWith("\uFEFF") ? text.get().substring(1) : text.get());
        return new Document(source, compose(source, problems));
    }

    private static Optional<String> decode(String file, byte[] bytes, Problems problems) {
        if (bytes.length >= 2 && (bytes[0] & 0xFF) + (bytes[1] & 0xFF) == 0xFE + 0xFF && (bytes[0] & 0xFE) == 0xFE) {
            problems.addUnquoted(Span.startOf(file), "the file is encoded in UTF-16; save it as UTF-8");
            return Optional.empty();
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length + 1);
        CoderResult result = decoder.decode(in, out, true);
        String text = out.flip().toString();
        if (!result.isError()) {
            return Optional.of(text);
        }
        String message = "the file is not UTF-8: byte 0x%02X at offset %d; save it as UTF-8"
                .formatted(bytes[in.position()], in.position());
        problems.addUnquoted(new SourceText(file, text).span(text.length(), text.length() + 1), message);
        return Optional.empty();
    }

    private static @Nullable Node compose(SourceText source, Problems problems) {
        NodeComposer composer = new NodeComposer(source, problems);
        try {
            Iterator<org.yaml.snakeyaml.nodes.Node> documents = new Yaml(options())
                    .composeAll(new java.io.StringReader(source.text()))
                    .iterator();
            if (!documents.hasNext()) {
                problems.add(Span.startOf(source.file()), "the file is empty");
                return null;
            }
            org.yaml.snakeyaml.nodes.Node first = documents.next();
            if (documents.hasNext()) {
                problems.add(
                        composer.span(documents.next().getStartMark()),
                        "a second YAML document begins here; a file holds one");
            }
            return composer.convert(first);
        } catch (MarkedYAMLException wrong) {
            Mark mark = wrong.getProblemMark() != null ? wrong.getProblemMark() : wrong.getContextMark();
            problems.add(
                    mark == null ? Span.startOf(source.file()) : composer.span(mark),
                    SyntaxMessage.of(wrong.getContext(), wrong.getProblem()));
        } catch (ReaderException wrong) {
            problems.addUnquoted(
                    composer.spanAtCodePoint(wrong.getPosition()),
                    "the character U+%04X is not allowed in YAML".formatted(wrong.getCodePoint()));
        } catch (YAMLException wrong) {
            problems.addUnquoted(Span.startOf(source.file()), SyntaxMessage.ofLimit(wrong.getMessage(), DEEPEST));
        }
        return null;
    }

    private static LoaderOptions options() {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(LONGEST_FILE + 1);
        options.setNestingDepthLimit(DEEPEST);
        options.setMaxAliasesForCollections(10_000);
        return options;
    }
}
