package org.tofro.connect.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.tofro.connect.extract.ExtractException;

/** Files in folders of this machine. */
final class FolderFiles implements FileSource {
    @Override
    public List<SourceFile> list(PathPattern pattern) {
        String path = path(pattern.prefix());
        // A file by its name alone; what else is in its folder need not be looked at.
        boolean one = pattern.text().equals(pattern.prefix()) && Files.isRegularFile(Path.of(path));
        Path start = Path.of(one ? path : path.substring(0, path.lastIndexOf('/') + 1));
        if (!one && !Files.isDirectory(start)) {
            return List.of();
        }
        try (Stream<Path> walk = Files.walk(start)) {
            List<SourceFile> files = new ArrayList<>();
            for (Path file : walk.filter(Files::isRegularFile).toList()) {
                String uri = "file://" + file;
                if (pattern.isNameOf(uri)) {
                    BasicFileAttributes about = Files.readAttributes(file, BasicFileAttributes.class);
                    files.add(new SourceFile(
                            uri,
                            about.size(),
                            about.lastModifiedTime() + " " + about.fileKey(),
                            about.lastModifiedTime().toInstant()));
                }
            }
            files.sort(Comparator.comparing(SourceFile::uri));
            return files;
        } catch (IOException e) {
            throw failed("cannot list", start.toString(), e);
        } catch (UncheckedIOException e) {
            throw failed("cannot list", start.toString(), new IOException(e));
        }
    }

    @Override
    public InputStream open(SourceFile file, long from) {
        try {
            SeekableByteChannel channel = FileChannel.open(Path.of(path(file.uri())));
            channel.position(from);
            return Channels.newInputStream(channel);
        } catch (IOException e) {
            throw failed("cannot read", file.uri(), e);
        }
    }

    @Override
    public void close() {}

    private static String path(String uri) {
        return uri.substring("file://".length());
    }

    private static ExtractException failed(String what, String subject, IOException e) {
        Throwable cause = e.getCause() instanceof UncheckedIOException walk ? walk.getCause() : e;
        String why = cause instanceof AccessDeniedException
                ? "permission denied"
                : cause instanceof NoSuchFileException ? "it is gone" : String.valueOf(e.getMessage());
        return new ExtractException("%s %s: %s".formatted(what, subject, why), false, e);
    }
}
