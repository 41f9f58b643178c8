/**
 * A run on a cluster of EMR, from the host that submits it: what is brought to S3, what is asked of EMR, and how the run is
 * followed to its end. And on the cluster, how what was brought is unpacked.
 *
 * <p>May depend on {@code connect}, {@code settings}, {@code data} and AWS's client; knows no pipelines. Start reading at
 * {@link org.tofro.emr.Submission}.
 */
@NullMarked
package org.tofro.emr;

import org.jspecify.annotations.NullMarked;
