package org.tofro.local.redshift;

/**
 * How concurrent transactions see each other (Amazon Redshift: "Isolation levels in Amazon Redshift",
 * c_serial_isolation.html).
 */
public enum Isolation {
    /** The default of new clusters: PostgreSQL's REPEATABLE READ behind. */
    SNAPSHOT("repeatable read"),
    /** PostgreSQL's SERIALIZABLE behind; a violation is answered as error 1023. */
    SERIALIZABLE("serializable");

    private final String postgres;

    Isolation(String postgres) {
        this.postgres = postgres;
    }

    /** The name of the level that PostgreSQL runs behind. */
    String postgres() {
        return postgres;
    }
}
