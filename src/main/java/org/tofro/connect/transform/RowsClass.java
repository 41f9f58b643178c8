package org.tofro.connect.transform;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.util.Optional;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.tofro.connect.extract.ExtractException;

/** A user's class that makes rows of rows. */
public final class RowsClass {
    private RowsClass() {}

    /** What is wrong with a class by that name; empty where it can be made. */
    public static Optional<String> complaint(String name) {
        Class<?> type;
        try {
            type = load(name);
        } catch (ClassNotFoundException | LinkageError missing) {
            return Optional.of("there is no class '" + name + "' on the class path; put its jar there");
        }
        if (!PTransform.class.isAssignableFrom(type) || Modifier.isAbstract(type.getModifiers())) {
            return Optional.of(
                    "the class '" + name + "' is no PTransform<PCollection<Row>, PCollection<Row>> of Beam's");
        }
        try {
            boolean open = Modifier.isPublic(type.getModifiers())
                    && Modifier.isPublic(type.getConstructor().getModifiers());
            return open ? Optional.empty() : Optional.of("the class '" + name + "' is not public");
        } catch (NoSuchMethodException none) {
            return Optional.of("the class '" + name + "' has no public constructor without arguments");
        }
    }

    /** An instance of it. */
    @SuppressWarnings("unchecked")
    static PTransform<PCollection<Row>, PCollection<Row>> make(String name) {
        try {
            return (PTransform<PCollection<Row>, PCollection<Row>>)
                    load(name).getConstructor().newInstance();
        } catch (InvocationTargetException e) {
            throw new ExtractException(
                    "the constructor of the class '" + name + "' failed: " + e.getCause(), false, e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new ExtractException(complaint(name).orElse("the class '" + name + "' cannot be made"), false, e);
        }
    }

    private static Class<?> load(String name) throws ClassNotFoundException {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return Class.forName(name, false, context == null ? RowsClass.class.getClassLoader() : context);
    }
}
