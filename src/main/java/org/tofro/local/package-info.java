/**
 * Stand-ins for one machine: real servers that take the place of RDS, S3, Redshift, Cassandra and a Flink cluster, kept by one daemon per
 * checkout.
 *
 * <p>A command asks {@link org.tofro.local.Stack}, which starts the daemon ({@code StackDaemon}, a process of its own) or
 * finds the one that runs, and receives addresses. The daemon is stopped when no command has needed it for a while. What
 * the servers hold lasts between runs, in the checkout's folder {@code .tofro}:
 *
 * <pre>
 * .tofro/stack/daemon.json           where the daemon listens and the token that it wants (readable by the owner only)
 * .tofro/stack/daemon.lock           locked by the daemon as long as it lives
 * .tofro/stack/start.lock            locked by a command while it starts, replaces or stops the daemon
 * .tofro/stack/daemon.log            what the daemon did, and why it did not start
 * .tofro/stack/password              of the user {@code tofro} on every server, and S3's secret key (owner only)
 * .tofro/stack/ports/NAME            the port that a stand-in had last time; it is taken again where it is free
 * .tofro/postgres/CONNECTION/data    the PostgreSQL server of one connection, beside its server.log
 * .tofro/mysql/CONNECTION/data       the MariaDB server of one connection, beside its server.log and server.pid
 * .tofro/redshift/CONNECTION/data    the same for the server behind the Redshift front
 * .tofro/cassandra/CONNECTION        the Cassandra server of one connection: its files, server.pid and server.log
 * .tofro/flink/PROCESS               one process of the Flink cluster: its config.yaml, server.pid, server.log and files
 * .tofro/s3/BUCKET/KEY               the objects of S3
 * </pre>
 *
 * <p>PostgreSQL, MariaDB, Cassandra and Flink are processes of their own: they outlive a killed daemon, and the next one adopts them.
 *
 * <p>May depend on {@code settings}. Start reading at {@link org.tofro.local.Stack}, then {@code StackDaemon}.
 */
@NullMarked
package org.tofro.local;

import org.jspecify.annotations.NullMarked;
