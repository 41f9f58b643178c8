/**
 * What {@code scripts/bench} measures Tofro against.
 *
 * <p>May depend on Beam, its connectors and drivers only.
 *
 * <p>Start reading at {@code scripts/bench}.
 */
package org.tofro.bench;
