import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Trains a logistic regression by gradient descent, and judges it by learners that it has not seen. */
public class Train {
    private static final String[] FEATURES = {"bias", "videos", "quiz", "idle", "posts"};

    public static void main(String[] arguments) throws IOException {
        double learningRate = option(arguments, "learning_rate");
        double shrinkage = option(arguments, "shrinkage");
        int rounds = (int) option(arguments, "rounds");
        double[] weights = train(read("INPUT1_STAGING_DIR"), learningRate, shrinkage, rounds);

        Path output = Path.of(System.getenv("OUTPUT1_STAGING_DIR"));
        StringBuilder model = new StringBuilder();
        for (int i = 0; i < weights.length; i++) {
            model.append(FEATURES[i] + "\t" + weights[i] + "\n");
        }
        Files.writeString(output.resolve("model/part-0.tsv"), model);
        Files.writeString(output.resolve("metric/part-0.tsv"), judge(read("INPUT2_STAGING_DIR"), weights));
    }

    private static double[] train(List<double[]> rows, double learningRate, double shrinkage, int rounds) {
        double[] weights = new double[FEATURES.length];
        for (int round = 0; round < rounds; round++) {
            double[] gradient = new double[weights.length];
            for (double[] row : rows) {
                double error = probability(weights, row) - row[FEATURES.length];
                for (int i = 0; i < weights.length; i++) {
                    gradient[i] += error * row[i];
                }
            }
            for (int i = 0; i < weights.length; i++) {
                double pull = i == 0 ? 0 : shrinkage * weights[i];
                weights[i] -= learningRate * (gradient[i] / rows.size() + pull);
            }
        }
        return weights;
    }

    private static String judge(List<double[]> rows, double[] weights) {
        double loss = 0;
        int right = 0;
        for (double[] row : rows) {
            double probability = Math.min(Math.max(probability(weights, row), 1e-12), 1 - 1e-12);
            boolean completed = row[FEATURES.length] == 1;
            loss -= Math.log(completed ? probability : 1 - probability);
            right += (probability > 0.5) == completed ? 1 : 0;
        }
        return loss / rows.size() + "\t" + (double) right / rows.size() + "\t" + rows.size() + "\n";
    }

    private static double probability(double[] weights, double[] row) {
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            sum += weights[i] * row[i];
        }
        return 1 / (1 + Math.exp(-sum));
    }

    /** Each row: 1 for the bias, the features, and 1 or 0 for whether the learner has completed the course. */
    private static List<double[]> read(String folder) throws IOException {
        List<double[]> rows = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of(System.getenv(folder)))) {
            for (Path file : files) {
                try (BufferedReader lines = Files.newBufferedReader(file)) {
                    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                        String[] values = line.split("\t", -1);
                        double[] row = new double[FEATURES.length + 1];
                        row[0] = 1;
                        for (int i = 1; i < FEATURES.length; i++) {
                            row[i] = Double.parseDouble(values[i]);
                        }
                        row[FEATURES.length] = values[5].equals("t") ? 1 : 0;
                        rows.add(row);
                    }
                }
            }
        }
        return rows;
    }

    private static double option(String[] arguments, String name) {
        for (String argument : arguments) {
            if (argument.startsWith("--" + name + "=")) {
                return Double.parseDouble(argument.substring(name.length() + 3));
            }
        }
        throw new IllegalArgumentException("no --" + name + "=...");
    }
}
