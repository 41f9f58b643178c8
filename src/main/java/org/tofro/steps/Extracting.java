package org.tofro.steps;

import org.apache.beam.sdk.values.PCollectionTuple;
import org.tofro.connect.extract.CommittedAttempt;
import org.tofro.connect.extract.ExtractTransform;
import org.tofro.connect.extract.Extraction;
import org.tofro.pipeline.Flow;
import org.tofro.pipeline.Upstream;

/** How every extract joins the graph, whatever it reads. */
public final class Extracting {
    private Extracting() {}

    /** The flow of a step that stages what the source gives: its outcome and its files. */
    public static Flow from(Upstream upstream, Extraction source) {
        PCollectionTuple extracted = upstream.ready()
                .apply("extract", new ExtractTransform(new ExtractTransform.Work(source, place(upstream))));
        return new Flow(extracted.get(ExtractTransform.DONE), extracted.get(ExtractTransform.FILES));
    }

    /** Where a step that stages files leaves them and their record. */
    static CommittedAttempt.Place place(Upstream upstream) {
        return new CommittedAttempt.Place(
                upstream.settings().warehouse().orElseThrow(),
                upstream.settings().limits(),
                upstream.settings().stagingArea(),
                upstream.s3(),
                upstream.run(),
                upstream.step());
    }
}
