package org.tofro.connect.staging;

import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tofro.data.StagedFile;

/** The rows of staged files as one stream of their CSV text, each file opened when it is reached; counts the rows. */
public final class StagedText extends InputStream {
    private final StagingArea area;
    private final Iterator<StagedFile> files;
    private final RowEnds ends = new RowEnds();
    private @Nullable InputStream current;
    private volatile long rows;

    public StagedText(StagingArea area, List<StagedFile> files) {
        this.area = area;
        this.files = List.copyOf(files).iterator();
    }

    /** Rows that have been read so far, from any thread. */
    public long rows() {
        return rows;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        while (true) {
            InputStream in = current;
            if (in == null) {
                if (!files.hasNext()) {
                    return -1;
                }
                in = new ZstdInputStream(area.open(files.next()));
                current = in;
            }
            int got = in.read(target, offset, length);
            if (got >= 0) {
                ends.count(target, offset, got);
                rows = ends.rows();
                return got;
            }
            close();
        }
    }

    @Override
    public void close() throws IOException {
        InputStream in = current;
        current = null;
        if (in != null) {
            in.close();
        }
    }
}
