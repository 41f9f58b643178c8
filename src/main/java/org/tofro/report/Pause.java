package org.tofro.report;

import java.time.Instant;

/**
 * A pipeline that is not to start until somebody says so.
 *
 * @param pipeline its name
 * @param reason why
 * @param by who paused it: {@code user@host}
 * @param since when
 */
public record Pause(String pipeline, String reason, String by, Instant since) {}
