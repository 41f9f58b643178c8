import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Parts the learners into those to train by, those to judge by, and those who are at it now. */
public class Split {
    public static void main(String[] arguments) throws IOException {
        Path input = Path.of(System.getenv("INPUT1_STAGING_DIR"));
        Path output = Path.of(System.getenv("OUTPUT1_STAGING_DIR"));
        try (PrintWriter training = writer(output.resolve("training"));
                PrintWriter validation = writer(output.resolve("validation"));
                PrintWriter present = writer(output.resolve("present"));
                DirectoryStream<Path> files = Files.newDirectoryStream(input)) {
            for (Path file : files) {
                try (BufferedReader rows = Files.newBufferedReader(file)) {
                    for (String row = rows.readLine(); row != null; row = rows.readLine()) {
                        String[] values = row.split("\t", -1);
                        boolean known = !values[5].equals("\\N");
                        // The number is mixed, so that what comes every so many numbers does not gather on one side.
                        boolean judges = Math.floorMod(Long.parseLong(values[0]) * 2654435761L >>> 7, 5) == 0;
                        (known ? judges ? validation : training : present).print(row + "\n");
                    }
                }
            }
        }
    }

    private static PrintWriter writer(Path folder) throws IOException {
        return new PrintWriter(Files.newBufferedWriter(folder.resolve("part-0.tsv")));
    }
}
