package org.tofro.kvs.serve;

import java.time.Duration;
import java.util.List;

/**
 * How the service is run.
 *
 * @param host the address that it listens on
 * @param port the port; 0 for one that is free
 * @param tokens any of which a request must bear; none where all may read
 * @param demo whether the page is served
 * @param limits what it takes upon itself
 */
public record ServeOptions(String host, int port, List<String> tokens, boolean demo, Limits limits) {
    public ServeOptions {
        tokens = List.copyOf(tokens);
    }

    /** Without the tokens, so that they come into no log. */
    @Override
    public String toString() {
        return host + ":" + port;
    }

    /**
     * What it takes upon itself.
     *
     * @param keys the most of one request
     * @param bodyBytes the longest body
     * @param requests the most at one time; more are refused
     * @param timeout how long a request may take, once it has arrived
     * @param notice how long it goes on as ever after it has said that it will stop, so that balancers look elsewhere
     * @param grace how long requests may take that are at work when it stops
     */
    public record Limits(int keys, int bodyBytes, int requests, Duration timeout, Duration notice, Duration grace) {
        public static final Limits DEFAULT =
                new Limits(100, 1_000_000, 1_000, Duration.ofSeconds(5), Duration.ZERO, Duration.ofSeconds(10));
    }
}
