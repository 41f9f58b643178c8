package org.tofro.connect.jdbc;

/**
 * How far a server's rows are complete by a cursor of time, but for those that are committed late.
 *
 * @param until the moment, to the whole second: clients write fewer decimals than columns have, so what is written at
 *     10:00:00.7 may say 10:00:00
 * @param server what that rests on
 */
public record Horizon(String until, Server server) {

    /** A server, by how it comes to its rows. */
    public enum Server {
        /** They are written here: its clock tells. */
        PRIMARY,
        /** It tells how much of its primary's changes it has. */
        REPLICA,
        /** It does not, so its clock says nothing of what is still to come. */
        SILENT_REPLICA
    }
}
