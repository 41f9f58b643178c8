package org.tofro.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tofro.local.S3Faults;
import org.tofro.local.redshift.Faults;
import org.tofro.local.redshift.Faults.Kind;
import org.tofro.local.redshift.Faults.Place;

/**
 * One fault of the matrix.
 *
 * @param kind what goes wrong, as docs/publish-protocol.md calls it
 * @param where which part of the run it meets
 * @param ending what becomes of the run
 * @param slow whether a cell of it takes seconds
 * @param run switches it on before the run
 * @param resume switches a further one on before the run is resumed
 */
record InjectedFault(String kind, String where, Ending ending, boolean slow, Switch run, Optional<Switch> resume) {
    /** What becomes of the run that meets a fault. */
    enum Ending {
        /** It publishes as if nothing had happened. */
        SURVIVES("publishes as if nothing had happened"),
        /** It fails, production is untouched, and resume publishes once the fault is gone. */
        FAILS("fails, production untouched; resume publishes"),
        /** It publishes and cannot write its report; resume does, and changes nothing. */
        REPORTS_LATER("publishes, cannot report; resume reports");

        private final String words;

        Ending(String words) {
            this.words = words;
        }

        /** The same in the page's words, of the run. */
        String words() {
            return words;
        }
    }

    /** Switches a fault on. */
    @FunctionalInterface
    interface Switch {
        /** @return what counts how often it fired */
        Fired on(Servers servers) throws Exception;
    }

    /** How often a fault fired so far. */
    @FunctionalInterface
    interface Fired {
        int times() throws Exception;
    }

    private static final String FILES = "/staging/matrix-files/.*";
    private static final String STATE = "/staging/matrix-state/.*";

    private static final Place LEASE = Place.of("SET holder =").inSession("/lease");
    private static final Place RECORD = Place.of("SET commits = commits").inSession("/extract/");
    private static final Place LOAD = Place.of("^COPY ").inSession("/load/");
    private static final Place PUBLISH =
            Place.of("^INSERT INTO \"tofro\"\\.\"ledger_").inSession("/publish/");

    static final String ANSWER_LOST = "the answer of COMMIT is lost";
    private static final String DENIED = "COPY may not read the bucket";

    /** Every fault. */
    static final List<InjectedFault> ALL = all();

    private static List<InjectedFault> all() {
        List<InjectedFault> all = new ArrayList<>();
        for (Around around : Around.values()) {
            all.add(survived(around.kind, "taking the lease", warehouse(around.fault, LEASE, 0)));
            all.add(survived(around.kind, "the record of the staged files", warehouse(around.fault, RECORD, 0)));
            all.add(survived(around.kind, "the load", warehouse(around.fault, LOAD, 0)));
            all.add(survived(around.kind, "the publish", warehouse(around.fault, PUBLISH, 0)));
        }
        all.addAll(List.of(
                survived("COMMIT comes late", "the publish", warehouse(Kind.DELAY_COMMIT, PUBLISH, 400)),
                survived("cut after COPY", "the load", warehouse(Kind.CUT_AFTER_COPY, LOAD, 0)),
                survived("error 1023", "the 10th statement of the load", nth(10, "/load/")),
                survived("error 1023", "the 10th statement of the publish", nth(10, "/publish/")),
                survived("error 1023", "the 14th statement of the publish", nth(14, "/publish/")),
                survived(
                        "error 1023",
                        "the record of the staged files",
                        warehouse(Kind.SERIALIZATION_FAILURE, RECORD, 0)),
                failed(
                                "error 1023",
                                "each try of the publish",
                                servers -> servers.warehouse(Kind.SERIALIZATION_FAILURE, PUBLISH, 0, 0)::fired)
                        .slowly(),
                survived("the session stands still", "the load", warehouse(Kind.FREEZE_SESSION, LOAD, 400)),
                survived("the session stands still", "the publish", warehouse(Kind.FREEZE_SESSION, PUBLISH, 400)),
                failed("the lease runs out", "just before the COMMIT of the publish", InjectedFault::loseLease),
                failed("COPY fails on a row", "the load", warehouse(Kind.FAIL_COPY_ROW, LOAD, 7)),
                failed("a row is not loaded", "COPY does not count it", warehouse(Kind.DROP_COPY_ROW, LOAD, 7)),
                failed("a row is not loaded", "COPY counts it", warehouse(Kind.LOSE_COPY_ROW, LOAD, 7)),
                failed(DENIED, "the load", warehouse(Kind.DENY_COPY, LOAD, 0)),
                survived("S3 answers 503", "a part", s3(S3Faults.Kind.SLOW_DOWN, "^PUT " + FILES + "/part-")),
                survived(
                        "S3 answers 503",
                        "the list of files",
                        s3(S3Faults.Kind.SLOW_DOWN, "^PUT " + FILES + "/files\\.json")),
                survived(
                        "S3 answers 503",
                        "the manifest",
                        s3(S3Faults.Kind.SLOW_DOWN, "^PUT " + FILES + "/manifest\\.json")),
                survived("S3 answers 503", "a file that COPY reads", twice("^GET " + FILES + "/part-")),
                survived("S3 answers 503", "the manifest that COPY reads", twice("^GET " + FILES + "/manifest\\.json")),
                survived(
                        "S3 answers 503",
                        "the outcome of the publish",
                        s3(S3Faults.Kind.SLOW_DOWN, "^PUT " + STATE + "/publish\\.json")),
                survived(
                        "S3 answers 503",
                        "the report",
                        s3(S3Faults.Kind.SLOW_DOWN, "^PUT " + STATE + "/report\\.json")),
                survived(
                                "S3 answers 503",
                                "everything for 5 s from the first part on",
                                servers -> servers.s3(S3Faults.Kind.OUTAGE, "^PUT " + FILES + "/part-", 1, 5000)::fired)
                        .slowly(),
                survived(
                        "the answer of S3 is lost",
                        "a part",
                        s3(S3Faults.Kind.LOSE_ANSWER, "^PUT " + FILES + "/part-")),
                survived(
                        "the answer of S3 is lost",
                        "the outcome of the publish",
                        s3(S3Faults.Kind.LOSE_ANSWER, "^POST " + STATE + "/publish\\.json\\?uploadId")),
                survived(
                        "the answer of S3 is lost",
                        "the report",
                        s3(S3Faults.Kind.LOSE_ANSWER, "^POST " + STATE + "/report\\.json\\?uploadId")),
                survived(
                        "a slow read",
                        "a file that COPY reads",
                        servers -> servers.s3(S3Faults.Kind.SLOW_BODY, "^GET " + FILES + "/part-", 1, 400)::fired),
                survived(
                        "a truncated read",
                        "a file that COPY reads",
                        s3(S3Faults.Kind.CUT_BODY, "^GET " + FILES + "/part-")),
                survived(
                        "a truncated read",
                        "the manifest that COPY reads",
                        s3(S3Faults.Kind.CUT_BODY, "^GET " + FILES + "/manifest\\.json")),
                survived(
                        "a truncated read",
                        "the outcome of the publish",
                        s3(S3Faults.Kind.CUT_BODY, "^GET " + STATE + "/publish\\.json")),
                new InjectedFault(
                        "a truncated read",
                        "the outcome of the publish, each time",
                        Ending.REPORTS_LATER,
                        false,
                        servers ->
                                servers.s3(S3Faults.Kind.CUT_BODY, "^GET " + STATE + "/publish\\.json", 100, 0)::fired,
                        Optional.empty()),
                new InjectedFault(
                        "the answer of S3 is lost",
                        "the outcome of the publish, each time",
                        Ending.REPORTS_LATER,
                        true,
                        servers -> servers.s3(S3Faults.Kind.LOSE_ANSWER, "^POST " + STATE + "/publish\\.json", 100, 0)
                                ::fired,
                        Optional.empty()),
                failed(
                                DENIED,
                                "the load, and a truncated read of the list of files in resume",
                                warehouse(Kind.DENY_COPY, LOAD, 0))
                        .resumedUnder(s3(S3Faults.Kind.CUT_BODY, "^GET " + FILES + "/files\\.json")),
                failed(
                                DENIED,
                                "the load, and a truncated read of the request in resume",
                                warehouse(Kind.DENY_COPY, LOAD, 0))
                        .resumedUnder(s3(S3Faults.Kind.CUT_BODY, "^GET " + STATE + "/request\\.json")),
                failed(
                        "an object of the manifest is missing",
                        "the load",
                        s3(S3Faults.Kind.MISSING, "^HEAD " + FILES + "/part-")),
                survived("the source is stopped and started", "the extract", Servers::restartSource)
                        .slowly()));
        return List.copyOf(all);
    }

    /** The moments around COMMIT at which a connection breaks. */
    private enum Around {
        BEFORE("cut before COMMIT", Kind.CUT_BEFORE_COMMIT),
        DURING(ANSWER_LOST, Kind.CUT_DURING_COMMIT),
        AFTER("cut after COMMIT", Kind.CUT_AFTER_COMMIT);

        private final String kind;
        private final Kind fault;

        Around(String kind, Kind fault) {
            this.kind = kind;
            this.fault = fault;
        }
    }

    private static InjectedFault survived(String kind, String where, Switch run) {
        return new InjectedFault(kind, where, Ending.SURVIVES, false, run, Optional.empty());
    }

    private static InjectedFault failed(String kind, String where, Switch run) {
        return new InjectedFault(kind, where, Ending.FAILS, false, run, Optional.empty());
    }

    private InjectedFault slowly() {
        return new InjectedFault(kind, where, ending, true, run, resume);
    }

    private InjectedFault resumedUnder(Switch further) {
        return new InjectedFault(kind, where, ending, slow, run, Optional.of(further));
    }

    private static Switch warehouse(Kind kind, Place place, long value) {
        return servers -> servers.warehouse(kind, place, 1, value)::fired;
    }

    private static Switch nth(int statement, String label) {
        return warehouse(Kind.SERIALIZATION_FAILURE, Place.nth(statement, label), 0);
    }

    private static Switch s3(S3Faults.Kind kind, String request) {
        return servers -> servers.s3(kind, request, 1, 0)::fired;
    }

    /** The stand-in of the warehouse asks S3 a second time by itself. */
    private static Switch twice(String request) {
        return servers -> servers.s3(S3Faults.Kind.SLOW_DOWN, request, 2, 0)::fired;
    }

    /** The publish stands still before its row of the ledger, and meanwhile its lease comes to its end. */
    private static Fired loseLease(Servers servers) {
        Faults.Fault stands = servers.warehouse(Kind.FREEZE_SESSION, PUBLISH, 1, 600);
        return servers.once(() -> stands.fired() > 0, servers::endLeases);
    }

    @Override
    public String toString() {
        return kind + ": " + where;
    }
}
