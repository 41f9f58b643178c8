package org.tofro.pipeline;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tofro.data.ScriptStatement.Part;
import org.tofro.data.ScriptStatement.Sql;
import org.tofro.data.ScriptStatement.Value;
import org.tofro.data.TableName;
import org.tofro.pipeline.SqlTokens.Token;
import org.tofro.problem.Problems;
import org.tofro.problem.SourceText;
import org.tofro.yaml.Template;

/**
 * The places of a script that stand for values: {@code %s}, and expressions such as <code>${var:x}</code>. Each is a value
 * by itself or a part of a string, never a piece of SQL; anywhere else it is refused, and in comments left as it is.
 */
final class ScriptPlaces {
    /** Stands in for the signs of an expression while the SQL around it is cut: it belongs to no word and no quote. */
    private static final char MASK = '\uE000';

    /** Fills a place that is longer than the sign that stands in for it; Unicode has no such character. */
    private static final char NOTHING = '\uFFFE';

    private static final Pattern PERCENT = Pattern.compile("%[s%]");

    private final ScriptText text;
    private final Problems problems;
    private final char[] masked;
    private final List<Place> places = new ArrayList<>();
    private final List<Filled> filled = new ArrayList<>();

    private ScriptPlaces(ScriptText text, Problems problems) {
        this.text = text;
        this.problems = problems;
        this.masked = text.scalar().text().toCharArray();
    }

    /**
     * A stretch that something else stands in for.
     *
     * @param expression what it stands for; null for a place that an argument fills, and for a sign
     * @param sign the text that stands in for it; null where a value does
     */
    private record Place(
            int start,
            int end,
            Template.@Nullable Expression expression,
            @Nullable String sign) {}

    /** A place and the value or text that stands in for it. */
    private record Filled(int start, int end, Part part) {}

    /** Finds all places and what fills them; null, with a problem, where an expression is none. */
    static @Nullable ScriptPlaces find(
            ScriptText text, @Nullable ScriptArguments arguments, Variables variables, Problems problems) {
        Problems found = new Problems();
        Template template = Template.parse(text.scalar(), found);
        found.all().forEach(problems::add);
        if (!found.isEmpty()) {
            return null;
        }
        ScriptPlaces places = new ScriptPlaces(text, problems);
        places.findExpressions(template);
        if (arguments != null) {
            places.findPercents();
        }
        places.fill(arguments, variables);
        return places;
    }

    /** The script with expressions masked, every other sign in its place. */
    String masked() {
        return new String(masked);
    }

    /** A table's name as it is found in the masked script, with its signs as they are meant. */
    static TableName named(TableName found) {
        String schema = found.schema();
        String nothing = String.valueOf(NOTHING);
        return new TableName(
                schema == null ? null : schema.replace(nothing, ""),
                found.name().replace(nothing, ""));
    }

    private void findExpressions(Template template) {
        String all = text.scalar().text();
        int at = 0;
        for (Template.Part part : template.parts()) {
            if (part instanceof Template.Expression expression) {
                at = mask(new Place(at, at + expression.text().length(), expression, null));
            } else {
                String literal = ((Template.Literal) part).text();
                // What is written $${ comes as a part of its own.
                at = all.startsWith(literal, at)
                        ? at + literal.length()
                        : sign(new Place(at, at + literal.length() + 1, null, literal), literal);
            }
        }
    }

    private int mask(Place place) {
        places.add(place);
        for (int i = place.start(); i < place.end(); i++) {
            masked[i] = masked[i] == '\n' ? '\n' : MASK;
        }
        return place.end();
    }

    private int sign(Place place, String sign) {
        places.add(place);
        masked[place.start()] = NOTHING;
        sign.getChars(0, sign.length(), masked, place.end() - sign.length());
        return place.end();
    }

    private void findPercents() {
        Matcher percent = PERCENT.matcher(masked());
        while (percent.find()) {
            if (percent.group().equals("%%")) {
                sign(new Place(percent.start(), percent.end(), null, "%"), "%");
            } else {
                places.add(new Place(percent.start(), percent.end(), null, null));
            }
        }
        places.sort(Comparator.comparingInt(Place::start));
    }

    private void fill(@Nullable ScriptArguments arguments, Variables variables) {
        // What is wrong with the text is found when it is cut into statements.
        List<Token> tokens = new SqlTokens(new SourceText("", masked()), new Problems()).all();
        int given = 0;
        int at = 0;
        for (Place place : places) {
            while (at < tokens.size() && tokens.get(at).end() <= place.start()) {
                at++;
            }
            Token token = at < tokens.size() && tokens.get(at).start() <= place.start() ? tokens.get(at) : null;
            if (token == null) {
                continue;
            }
            if (place.sign() != null) {
                filled.add(new Filled(place.start(), place.end(), new Sql(place.sign())));
                continue;
            }
            Template.Expression expression = place.expression();
            Optional<Serializable> value;
            if (expression != null) {
                value = Optional.of(variables.resolve(expression, problems));
            } else {
                List<Optional<Serializable>> values = arguments == null ? List.of() : arguments.values();
                value = given < values.size() ? values.get(given) : Optional.of("");
                given++;
            }
            filled.add(new Filled(place.start(), place.end(), value(place, token, value.orElse(null))));
        }
        if (arguments == null) {
            demandArguments(tokens);
        } else if (given != arguments.values().size()) {
            problems.add(
                    arguments.span(),
                    "the script has " + counted(given, "place") + " for values, '%s', and 'script_arguments' gives "
                            + counted(arguments.values().size(), "value")
                            + (given < arguments.values().size() ? "" : "; a percent sign is written '%%'"));
        }
    }

    private static String counted(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private Value value(Place place, Token token, @Nullable Serializable value) {
        String written = text.scalar().text().substring(place.start(), place.end());
        if (value instanceof String given && given.indexOf('\0') >= 0) {
            refuse(place, "the value of '" + written + "' holds a NUL character");
        }
        boolean string = token.kind() == SqlTokens.Kind.LITERAL && token.text().startsWith("'");
        if (string) {
            if (value == null) {
                refuse(place, "'" + written + "' is null, which cannot be a part of a string; take the quotes away");
            }
            return new Value(String.valueOf(value), true);
        }
        if (token.kind() == SqlTokens.Kind.QUOTED || token.kind() == SqlTokens.Kind.LITERAL) {
            String what = token.kind() == SqlTokens.Kind.QUOTED ? "name" : "dollar-quoted text";
            refuse(place, "'" + written + "' stands for a value, and here it would be part of a " + what);
        } else if (joins(place.start() - 1) || joins(place.end())) {
            refuse(
                    place,
                    "'" + written + "' stands for a value by itself, and here it touches a word, a quote or another"
                            + " value; put a space or '||' between them");
        }
        return new Value(value, false);
    }

    private boolean joins(int at) {
        if (at < 0 || at >= masked.length) {
            return false;
        }
        char c = masked[at];
        boolean place =
                places.stream().anyMatch(other -> other.sign() == null && other.start() <= at && at < other.end());
        return place || Character.isLetterOrDigit(c) || "_$'\"&".indexOf(c) >= 0;
    }

    private void refuse(Place place, String message) {
        problems.add(text.span(place.start(), place.end()), message);
    }

    private void demandArguments(List<Token> tokens) {
        for (int i = 0; i + 1 < tokens.size(); i++) {
            Token percent = tokens.get(i);
            Token next = tokens.get(i + 1);
            if (percent.is("%") && next.text().equals("s") && next.start() == percent.end()) {
                problems.add(
                        text.span(percent.start(), next.end()),
                        "'%s' stands for a value, and 'script_arguments' is missing");
            }
        }
    }

    /** The stretch of the script with its places filled. */
    List<Part> parts(int start, int end) {
        String all = text.scalar().text();
        List<Part> parts = new ArrayList<>();
        StringBuilder sql = new StringBuilder();
        int at = start;
        for (Filled place : filled) {
            if (place.start() < start || place.end() > end) {
                continue;
            }
            sql.append(all, at, place.start());
            at = place.end();
            if (place.part() instanceof Sql sign) {
                sql.append(sign.text());
            } else {
                parts.add(new Sql(sql.toString()));
                sql.setLength(0);
                parts.add(place.part());
            }
        }
        parts.add(new Sql(sql.append(all, at, end).toString()));
        return parts;
    }
}
