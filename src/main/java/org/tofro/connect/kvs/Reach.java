package org.tofro.connect.kvs;

import org.tofro.connect.staging.StagingArea;

/** The two places between which a load moves rows, both open. */
record Reach(Store store, StagingArea area) implements AutoCloseable {
    static Reach open(KvsLoad load) {
        StagingArea area =
                StagingArea.open(load.place().stagingArea(), load.place().s3());
        try {
            return new Reach(Store.open(load), area);
        } catch (RuntimeException e) {
            area.close();
            throw e;
        }
    }

    @Override
    public void close() {
        store.close();
        area.close();
    }
}
