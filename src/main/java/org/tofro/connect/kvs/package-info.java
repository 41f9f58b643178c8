/**
 * Loads the warehouse's results into the key-value store: unloads them in buckets of keys, puts each key's rows together,
 * writes each key once, and publishes the new version when all that was counted agrees.
 *
 * <p>Start reading at {@link org.tofro.connect.kvs.KvsTransform}; what is loaded says {@link org.tofro.connect.kvs.KvsLoad}.
 * May depend on {@code data}, {@code kvs}, {@code settings}, {@code connect.cassandra}'s session and write, {@code
 * connect.extract}, {@code connect.staging} and {@code connect.warehouse}.
 */
@NullMarked
package org.tofro.connect.kvs;

import org.jspecify.annotations.NullMarked;
