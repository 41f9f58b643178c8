package org.tofro.connect.transform;

import java.io.Serializable;
import java.util.List;
import org.tofro.data.FileContent;

/** What a script transform runs. */
public sealed interface Program extends Serializable {
    /** How messages name it. */
    String shown();

    /** A command line for {@code sh}. */
    record Command(String text) implements Program {
        @Override
        public String shown() {
            return "the command";
        }
    }

    /** A script that came with the pipeline. */
    record Script(FileContent file) implements Program {
        @Override
        public String shown() {
            return "the script '" + file.path() + "'";
        }
    }

    /** A folder that came with the pipeline, and the script in it that is run. */
    record Folder(List<FileContent> files, String script) implements Program {
        public Folder {
            files = List.copyOf(files);
        }

        @Override
        public String shown() {
            return "the script '" + script + "'";
        }
    }

    /** A script that is fetched when it is to run: {@code s3://bucket/key} or {@code file:/path}. */
    record Stored(String uri) implements Program {
        @Override
        public String shown() {
            return "the script '" + uri + "'";
        }
    }
}
