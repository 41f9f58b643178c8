package org.tofro.steps;

import org.apache.beam.sdk.values.PCollectionTuple;
import org.tofro.connect.extract.ExtractTransform;
import org.tofro.connect.extract.Extraction;
import org.tofro.pipeline.Flow;
import org.tofro.pipeline.Upstream;

/** How every extract joins the graph, whatever it reads. */
final class Extracting {
    private Extracting() {}

    static Flow from(Upstream upstream, Extraction source) {
        PCollectionTuple extracted = upstream.ready()
                .apply(
                        "extract",
                        new ExtractTransform(new ExtractTransform.Work(
                                source,
                                upstream.settings().warehouse().orElseThrow(),
                                upstream.settings().limits(),
                                upstream.settings().stagingArea(),
                                upstream.s3(),
                                upstream.run(),
                                upstream.step())));
        return new Flow(extracted.get(ExtractTransform.DONE), extracted.get(ExtractTransform.FILES));
    }
}
