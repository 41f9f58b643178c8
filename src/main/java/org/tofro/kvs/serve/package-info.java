/**
 * The key-value store by HTTP: a thin service over {@link org.tofro.kvs.KvsClient} on Undertow, with limits, health, metrics
 * and a page that shows what it is for. No thread waits for Cassandra; TLS, names and access logs are a proxy's business.
 *
 * <p>May depend on {@code kvs}, Undertow, the Prometheus client and a JSON library. Start reading at
 * {@link org.tofro.kvs.serve.KvsServer}.
 */
@NullMarked
package org.tofro.kvs.serve;

import org.jspecify.annotations.NullMarked;
