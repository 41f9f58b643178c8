package org.tofro.connect.files;

import java.util.regex.Pattern;

/**
 * The address of one file or of many: {@code *} stands for any characters but a slash, {@code ?} for one of them, {@code
 * **} for any characters, and {@code **}{@code /} for any folders or none.
 *
 * @param text as it was written, with dates filled in
 * @param prefix what every address that it names begins with
 * @param names addresses that it names
 */
public record PathPattern(String text, String prefix, Pattern names) {
    private static final String SCHEME = "(?s)(s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/|file:/+).+";

    /** Reads a pattern of the form that {@link #isAddress} knows. */
    public static PathPattern of(String text) {
        String uri = text.startsWith("file:")
                ? "file:///" + text.substring("file:".length()).replaceFirst("^/+", "")
                : text;
        StringBuilder regex = new StringBuilder();
        int at = 0;
        while (at < uri.length()) {
            if (uri.startsWith("**/", at)) {
                regex.append("(?:.*/)?");
                at += 3;
            } else if (uri.startsWith("**", at)) {
                regex.append(".*");
                at += 2;
            } else {
                char c = uri.charAt(at++);
                regex.append(c == '*' ? "[^/]*" : c == '?' ? "[^/]" : Pattern.quote(String.valueOf(c)));
            }
        }
        String prefix = uri.split("[*?]", 2)[0];
        return new PathPattern(text, prefix, Pattern.compile(regex.toString(), Pattern.DOTALL));
    }

    /** One file, whatever characters its address has. */
    static PathPattern file(String uri) {
        return new PathPattern(uri, uri, Pattern.compile(Pattern.quote(uri)));
    }

    /** All files below a folder, however deep. */
    static PathPattern folder(String uri) {
        String prefix = uri.endsWith("/") ? uri : uri + "/";
        return new PathPattern(uri, prefix, Pattern.compile(Pattern.quote(prefix) + ".+", Pattern.DOTALL));
    }

    /** Whether a text is the address of files that can be read. */
    public static boolean isAddress(String text) {
        return text.matches(SCHEME);
    }

    boolean isNameOf(String uri) {
        return names.matcher(uri).matches();
    }

    /** The bucket of an address on S3. */
    String bucket() {
        String rest = prefix.substring("s3://".length());
        int slash = rest.indexOf('/');
        return slash < 0 ? rest : rest.substring(0, slash);
    }

    /** What the keys of an address on S3 begin with. */
    String keyPrefix() {
        return prefix.substring("s3://".length() + bucket().length() + 1);
    }
}
