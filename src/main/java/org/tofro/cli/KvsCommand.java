package org.tofro.cli;

import picocli.CommandLine.Command;

/** {@code tofro kvs}: the key-value store that the warehouse's results are served from. */
@Command(
        name = "kvs",
        description = "The key-value store in Cassandra that the warehouse's results are served from.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(versions | rollback | get | diff | drop | serve)")
final class KvsCommand {}
