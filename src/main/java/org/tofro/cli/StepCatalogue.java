package org.tofro.cli;

import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tofro.pipeline.Step;
import org.tofro.pipeline.StepType;
import org.tofro.problem.Problems;
import org.tofro.settings.CustomStep;
import org.tofro.steps.StepTypes;

/** Tofro's own step types and those that a runner file adds, which are found by their classes' names. */
final class StepCatalogue {
    private StepCatalogue() {}

    /** All of them; an addition that cannot be used is a problem and left out. */
    static List<StepType> with(List<CustomStep> custom, Problems problems) {
        List<StepType> types = new ArrayList<>(StepTypes.ALL);
        Set<String> names = new HashSet<>();
        for (StepType own : types) {
            names.add(own.name());
            names.addAll(own.aliases());
        }
        for (CustomStep step : custom) {
            StepType type = type(step, problems);
            if (type == null) {
                continue;
            }
            boolean free = true;
            for (String name : names(type)) {
                if (!names.add(name)) {
                    problems.add(
                            step.span(),
                            "there is a step type '" + name + "' already; give the one of " + step.className()
                                    + " another name by 'step_type'");
                    free = false;
                }
            }
            if (free) {
                types.add(type);
            }
        }
        return List.copyOf(types);
    }

    private static List<String> names(StepType type) {
        List<String> names = new ArrayList<>(List.of(type.name()));
        names.addAll(type.aliases());
        return names;
    }

    private static @Nullable StepType type(CustomStep step, Problems problems) {
        String name = step.className();
        try {
            Class<?> found = Class.forName(name, true, StepCatalogue.class.getClassLoader());
            if (!Step.class.isAssignableFrom(found)) {
                problems.add(step.span(), name + " is no step; it must implement " + Step.class.getName());
                return null;
            }
            StepType type = declared(found);
            if (type == null) {
                problems.add(
                        step.span(),
                        name
                                + " does not say how its fields are read; it needs a `public static final StepType TYPE`, and"
                                + " must be public itself");
                return null;
            }
            // A name that the runner file gives takes the place of the class's own.
            return step.type() == null ? type : new StepType(step.type(), List.of(), type.summary(), type.read());
        } catch (ClassNotFoundException e) {
            problems.add(
                    step.span(),
                    "there is no class " + name
                            + " on the class path; the environment variable TOFRO_CLASSPATH names the jar"
                            + " or the folder that has it");
        } catch (LinkageError e) {
            problems.add(
                    step.span(),
                    "the class " + name + " cannot be loaded: " + (e.getCause() == null ? e : e.getCause())
                            + "; compile it against this version of Tofro");
        }
        return null;
    }

    private static @Nullable StepType declared(Class<?> step) {
        try {
            boolean shared = Modifier.isStatic(step.getField("TYPE").getModifiers());
            return shared && step.getField("TYPE").get(null) instanceof StepType type ? type : null;
        } catch (NoSuchFieldException | IllegalAccessException e) {
            return null;
        }
    }
}
