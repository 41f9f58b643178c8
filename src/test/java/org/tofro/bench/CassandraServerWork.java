package org.tofro.bench;

import com.sun.tools.attach.VirtualMachine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** What a Cassandra on this machine does, and what that costs it: its processor time, its SSTables, its compactions. */
final class CassandraServerWork implements AutoCloseable {
    private static final double TICKS = 100;
    private static final double IDLE = 0.15;
    private static final int IDLE_SECONDS = 4;

    private final long process;
    private final JMXConnector connector;
    private final MBeanServerConnection beans;

    private CassandraServerWork(long process, JMXConnector connector) throws Exception {
        this.process = process;
        this.connector = connector;
        this.beans = connector.getMBeanServerConnection();
    }

    @SuppressWarnings("BanJNDI") // the address is that of a process of this machine and user
    static CassandraServerWork of(long process) throws Exception {
        VirtualMachine machine = VirtualMachine.attach(Long.toString(process));
        try {
            return new CassandraServerWork(
                    process, JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent())));
        } finally {
            machine.detach();
        }
    }

    /** All that it has used since it started. */
    double cpuSeconds() throws Exception {
        return ticks(Long.toString(process), 2) / TICKS;
    }

    /** All that this process and those that it started and that have ended have used. */
    static double ownCpuSeconds() throws Exception {
        return ticks("self", 4) / TICKS;
    }

    /** proc(5): behind the name in parentheses, user and system time are the 12th and the 13th, then those of children. */
    private static long ticks(String process, int fields) throws Exception {
        String stat = Files.readString(Path.of("/proc", process, "stat"));
        String[] all = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Stream.of(all).skip(11).limit(fields).mapToLong(Long::parseLong).sum();
    }

    /** Waits until it has done next to nothing for some seconds and compacts nothing. */
    void awaitIdle() throws Exception {
        for (int still = 0; still < IDLE_SECONDS; ) {
            double before = cpuSeconds();
            Thread.sleep(1000);
            still = cpuSeconds() - before < IDLE && pendingCompactions() == 0 ? still + 1 : 0;
        }
    }

    private int pendingCompactions() throws Exception {
        return (Integer) beans.getAttribute(name("metrics:type=Compaction,name=PendingTasks"), "Value");
    }

    int sstables(String keyspace, String table) throws Exception {
        return (Integer) beans.getAttribute(
                name("metrics:type=Table,keyspace=" + keyspace + ",scope=" + table + ",name=LiveSSTableCount"),
                "Value");
    }

    void flush(String keyspace, String table) throws Exception {
        beans.invoke(
                name("db:type=StorageService"),
                "forceKeyspaceFlush",
                new Object[] {keyspace, new String[] {table}},
                new String[] {String.class.getName(), String[].class.getName()});
    }

    /** Makes one SSTable of all. */
    void compact(String keyspace, String table) throws Exception {
        beans.invoke(
                name("db:type=StorageService"),
                "forceKeyspaceCompaction",
                new Object[] {false, keyspace, new String[] {table}},
                new String[] {boolean.class.getName(), String.class.getName(), String[].class.getName()});
    }

    private static ObjectName name(String rest) throws Exception {
        return new ObjectName("org.apache.cassandra." + rest);
    }

    @Override
    public void close() throws Exception {
        connector.close();
    }
}
