package org.tofro.local.redshift;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/** What the front does wrong on purpose. Safe to use from any thread while sessions run. */
public final class Faults {
    /** What goes wrong. */
    public enum Kind {
        /** The connection is cut, COMMIT never reaches PostgreSQL. */
        CUT_BEFORE_COMMIT,
        /** PostgreSQL commits, the connection is cut before the client hears of it. */
        CUT_DURING_COMMIT,
        /** The client hears of the COMMIT, then the connection is cut. */
        CUT_AFTER_COMMIT,
        /** COMMIT reaches PostgreSQL {@code value} milliseconds late. */
        DELAY_COMMIT,
        /** The client hears that COPY is done, then the connection is cut. */
        CUT_AFTER_COPY,
        /** The session stands still before the statement for {@code value} milliseconds. */
        FREEZE_SESSION,
        /** The statement is answered with error 1023. */
        SERIALIZATION_FAILURE,
        /** Row {@code value} of the COPY is bad. */
        FAIL_COPY_ROW,
        /** Row {@code value} of the COPY is not loaded, and {@code pg_last_copy_count()} says so. */
        DROP_COPY_ROW,
        /** Row {@code value} of the COPY is not loaded, and {@code pg_last_copy_count()} counts it. */
        LOSE_COPY_ROW,
        /** COPY may not read the bucket. */
        DENY_COPY
    }

    /**
     * The statements that a fault may hit.
     *
     * @param label found in the session's query group
     * @param number which statement of its session it is, from 1; 0 for any
     * @param statement found in the statement as the client wrote it
     */
    public record Place(Pattern label, int number, Pattern statement) {
        private static final Pattern ANY = Pattern.compile("");

        /** Statements that match, of any session. */
        public static Place of(String statement) {
            return new Place(ANY, 0, pattern(statement));
        }

        /** The n-th statement of sessions whose label matches. */
        public static Place nth(int number, String label) {
            return new Place(pattern(label), number, ANY);
        }

        /** The same statements, of sessions whose label matches only. */
        public Place inSession(String matching) {
            return new Place(pattern(matching), number, statement);
        }

        private static Pattern pattern(String text) {
            return Pattern.compile(text, Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
        }

        private boolean holds(String session, int nth, String sql) {
            return (number == 0 || number == nth)
                    && label.matcher(session).find()
                    && statement.matcher(sql).find();
        }
    }

    /** A fault that was switched on. */
    public static final class Fault {
        private final Kind kind;
        private final Place place;
        private final int occurrence;
        private final long value;
        private final AtomicInteger seen = new AtomicInteger();
        private final AtomicInteger fired = new AtomicInteger();

        private Fault(Kind kind, Place place, int occurrence, long value) {
            this.kind = kind;
            this.place = place;
            this.occurrence = occurrence;
            this.value = value;
        }

        /** How often it happened. */
        public int fired() {
            return fired.get();
        }

        Kind kind() {
            return kind;
        }

        long value() {
            return value;
        }

        /** Counts an occasion; true where this is the one. */
        boolean occurs() {
            boolean now = seen.incrementAndGet() == occurrence || occurrence == 0;
            if (now) {
                fired.incrementAndGet();
            }
            return now;
        }

        @Override
        public String toString() {
            return "%s %d %d %s fired=%d"
                    .formatted(
                            kind.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                            occurrence,
                            value,
                            place.statement().pattern(),
                            fired.get());
        }
    }

    private final List<Fault> faults = new CopyOnWriteArrayList<>();

    /**
     * Switches a fault on.
     *
     * @param kind what goes wrong
     * @param pattern found in the statement as the client wrote it; for faults of COMMIT: in any statement of the transaction
     * @param occurrence which match it is, from 1; 0 for every one
     * @param value the row or the milliseconds, where the kind has one
     */
    public Fault add(Kind kind, String pattern, int occurrence, long value) {
        return add(kind, Place.of(pattern), occurrence, value);
    }

    /** The same at a place that says more than the statement's text. */
    public Fault add(Kind kind, Place place, int occurrence, long value) {
        Fault fault = new Fault(kind, place, occurrence, value);
        faults.add(fault);
        return fault;
    }

    /** Switches all faults off. */
    public void clear() {
        faults.clear();
    }

    /**
     * The faults that may hit a statement.
     *
     * @param label the session's query group
     * @param number which statement of its session it is, from 1
     */
    List<Fault> matching(String label, int number, String sql) {
        return faults.isEmpty()
                ? List.of()
                : faults.stream()
                        .filter(fault -> fault.place.holds(label, number, sql))
                        .toList();
    }

    boolean active(Fault fault) {
        return faults.contains(fault);
    }

    /**
     * The same by text: {@code add KIND OCCURRENCE VALUE PATTERN}, {@code list} or {@code clear}; the kind in lower case with
     * dashes. Answers {@code ok}, the list (a fault a line), or a line that starts with {@code error: }.
     */
    public String control(String line) {
        String[] words = line.strip().split("\\s+", 5);
        switch (words[0]) {
            case "clear" -> {
                clear();
                return "ok";
            }
            case "list" -> {
                return faults.stream().map(Fault::toString).collect(Collectors.joining("\n"));
            }
            case "add" -> {
                try {
                    add(
                            Kind.valueOf(words[1].toUpperCase(Locale.ROOT).replace('-', '_')),
                            words.length > 4 ? words[4] : "",
                            Integer.parseInt(words[2]),
                            Long.parseLong(words[3]));
                    return "ok";
                } catch (PatternSyntaxException e) {
                    return "error: not a regular expression: '%s'".formatted(words[4]);
                } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
                    return "error: '%s'; expected: add KIND OCCURRENCE VALUE PATTERN".formatted(line.strip());
                }
            }
            default -> {
                return "error: '%s'; expected: add, list or clear".formatted(words[0]);
            }
        }
    }
}
