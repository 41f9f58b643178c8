import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Says for each of the present learners how likely they are to complete the course. */
public class Predict {
    private static final List<String> FEATURES = List.of("videos", "quiz", "idle", "posts");

    public static void main(String[] arguments) throws IOException {
        Map<String, Double> weights = weights();
        Path output = Path.of(System.getenv("OUTPUT1_STAGING_DIR"), "part-0.tsv");
        try (PrintWriter predictions = new PrintWriter(Files.newBufferedWriter(output));
                DirectoryStream<Path> files = files("INPUT2_STAGING_DIR")) {
            for (Path file : files) {
                try (BufferedReader rows = Files.newBufferedReader(file)) {
                    for (String row = rows.readLine(); row != null; row = rows.readLine()) {
                        String[] values = row.split("\t", -1);
                        double sum = weights.get("bias");
                        for (int i = 0; i < FEATURES.size(); i++) {
                            sum += weights.get(FEATURES.get(i)) * Double.parseDouble(values[i + 1]);
                        }
                        predictions.print(values[0] + "\t" + 1 / (1 + Math.exp(-sum)) + "\n");
                    }
                }
            }
        }
    }

    private static Map<String, Double> weights() throws IOException {
        Map<String, Double> weights = new HashMap<>();
        try (DirectoryStream<Path> files = files("INPUT1_STAGING_DIR")) {
            for (Path file : files) {
                for (String line : Files.readAllLines(file)) {
                    String[] values = line.split("\t", -1);
                    weights.put(values[0], Double.valueOf(values[1]));
                }
            }
        }
        return weights;
    }

    private static DirectoryStream<Path> files(String folder) throws IOException {
        return Files.newDirectoryStream(Path.of(System.getenv(folder)));
    }
}
