/**
 * The program as a process of its own, disturbed from outside: killed, stopped, interrupted, its servers taken away.
 *
 * <p>These tests need minutes; they belong to the slow lane ({@code mvn -Pslow test}). Start reading at
 * {@code Workplace}.
 */
@NullMarked
package org.tofro.process;

import org.jspecify.annotations.NullMarked;
