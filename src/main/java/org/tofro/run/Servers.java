package org.tofro.run;

import org.tofro.settings.Settings;

/**
 * What a launch needs once it may begin.
 *
 * @param settings the environment, with stand-ins' addresses filled in
 * @param lease the pipeline's lease, not yet taken
 */
public record Servers(Settings settings, RunLease lease) {}
