package org.tofro.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The lines of a crontab that belong to one checkout and environment, between two lines that say so.
 *
 * <p>Every other byte of the crontab stays as it is. The block sets no variable of cron's, because that would hold for the
 * lines of others below it.
 *
 * @param checkout the checkout's folder
 * @param runner the environment
 */
record CrontabBlock(Path checkout, String runner) {
    private static final Pattern ZONE = Pattern.compile("^\\s*CRON_TZ\\s*=", Pattern.MULTILINE);

    /** The block with these lines, a line feed at its end. */
    String of(List<String> lines) {
        return begin() + "\n" + String.join("\n", lines) + "\n" + end() + "\n";
    }

    /**
     * The crontab with this block in place of the one that it has, or at its end.
     *
     * @param block nothing takes the block out
     * @throws FailedException where the block that it has does not end
     */
    String replacedIn(String crontab, String block) {
        String own = bytes(block);
        int start = lineStart(crontab, bytes(begin()));
        if (start < 0) {
            if (own.isEmpty()) {
                return crontab;
            }
            // A zone that a line above sets would hold for ours too.
            return ZONE.matcher(crontab).find() ? own + crontab : whole(crontab) + own;
        }
        String last = bytes(end());
        int stop = lineStart(crontab.substring(start), last);
        if (stop < 0) {
            throw new FailedException("the crontab has the line '" + begin() + "' but not '" + end()
                    + "' after it; mend that by `crontab -e`");
        }
        String rest = crontab.substring(start + stop + last.length());
        return crontab.substring(0, start) + own + rest.replaceFirst("^\r?\n", "");
    }

    private String begin() {
        return "# begin tofro schedule of " + checkout + ", runner " + runner
                + ": made by `tofro schedule install`, which replaces it";
    }

    private String end() {
        return "# end tofro schedule of " + checkout + ", runner " + runner;
    }

    private static String whole(String crontab) {
        return crontab.isEmpty() || crontab.endsWith("\n") ? crontab : crontab + "\n";
    }

    private static int lineStart(String text, String line) {
        for (int at = text.indexOf(line); at >= 0; at = text.indexOf(line, at + 1)) {
            int after = at + line.length();
            boolean begins = at == 0 || text.charAt(at - 1) == '\n';
            boolean ends = after == text.length() || text.charAt(after) == '\n' || text.charAt(after) == '\r';
            if (begins && ends) {
                return at;
            }
        }
        return -1;
    }

    /** A crontab is handled as bytes, one to a character. */
    private static String bytes(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
