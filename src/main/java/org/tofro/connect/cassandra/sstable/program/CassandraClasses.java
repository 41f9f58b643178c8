package org.tofro.connect.cassandra.sstable.program;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.util.List;

/** The classes of Cassandra that are used, and what every row needs of them. */
final class CassandraClasses {
    private static final String ROOT = "org.apache.cassandra.";

    /** What leaves a column as it is; Cassandra knows it by its identity. */
    final ByteBuffer unset;

    final MethodHandle addRow;
    private final MethodHandle token;
    private final MethodHandle tokenValue;

    CassandraClasses() throws ReflectiveOperationException {
        // Before the writer does it as a client, which has no settings.
        type("config.DatabaseDescriptor")
                .getMethod("toolInitialization", boolean.class)
                .invoke(null, false);
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        Class<?> writer = type("io.sstable.CQLSSTableWriter");
        unset = (ByteBuffer) writer.getField("UNSET_VALUE").get(null);
        addRow = lookup.unreflect(writer.getMethod("rawAddRow", List.class))
                .asType(MethodType.methodType(void.class, Object.class, List.class));
        Object murmur = type("dht.Murmur3Partitioner").getField("instance").get(null);
        Method getToken = murmur.getClass().getMethod("getToken", ByteBuffer.class);
        token = lookup.unreflect(getToken).bindTo(murmur).asType(MethodType.methodType(Object.class, ByteBuffer.class));
        tokenValue = lookup.unreflect(accessible(getToken.getReturnType().getMethod("getTokenValue")))
                .asType(MethodType.methodType(Object.class, Object.class));
    }

    /** Where a partition key lies on the ring. */
    long token(ByteBuffer partitionKey) throws Throwable {
        Object at = token.invokeExact(partitionKey);
        Object value = tokenValue.invokeExact(at);
        return (Long) value;
    }

    Class<?> type(String name) throws ClassNotFoundException {
        return Class.forName(ROOT + name);
    }

    Constructor<?> constructor(String name, Class<?>... parameters) throws ReflectiveOperationException {
        return accessible(type(name).getDeclaredConstructor(parameters));
    }

    Object field(Object owner, String name) throws ReflectiveOperationException {
        for (Class<?> type = owner.getClass(); type != null; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (field.getName().equals(name)) {
                    return accessible(field).get(owner);
                }
            }
        }
        throw new NoSuchFieldException(owner.getClass().getName() + "." + name);
    }

    Object call(Object owner, String name, Class<?>[] parameters, Object... values)
            throws ReflectiveOperationException {
        return accessible(owner.getClass().getMethod(name, parameters)).invoke(owner, values);
    }

    /** Calls a method that is not for others. */
    Object callOwn(Object owner, String name, Class<?>[] parameters, Object... values)
            throws ReflectiveOperationException {
        return accessible(owner.getClass().getDeclaredMethod(name, parameters)).invoke(owner, values);
    }

    /** Calls a method that takes nothing. */
    Object call(Object owner, String name) throws ReflectiveOperationException {
        return call(owner, name, new Class<?>[0]);
    }

    private static <T extends AccessibleObject> T accessible(T member) {
        member.setAccessible(true);
        return member;
    }
}
