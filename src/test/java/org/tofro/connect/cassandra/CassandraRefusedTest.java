package org.tofro.connect.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.tofro.connect.cassandra.Extracted.column;

import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tofro.cli.GoldenFile;
import org.tofro.connect.extract.ExtractException;
import org.tofro.data.RunContext.OptionalLimit;
import org.tofro.local.TestCassandra;
import org.tofro.settings.CassandraConnection;
import org.tofro.settings.CassandraConnection.Consistency;
import org.tofro.settings.Secret;

/** What a user is told when a cluster cannot be read as asked for: {@code test-data/troubles/cassandra.txt}. */
class CassandraRefusedTest {
    private static final CassandraRequest.Source TABLE = new CassandraRequest.OfTable("course_progress", null, false);

    private final TestCassandra cassandra = TestCassandra.shared();
    private final Map<String, String> said = new LinkedHashMap<>();

    @Test
    void eachTroubleHasItsSentence() throws Exception {
        cassandra.seed(Path.of("test-data/cassandra/cassandra").toAbsolutePath());
        CassandraConnection good = cassandra.connection();
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        plan("a node that cannot be reached", cassandra.connection(free, "tofro", "Secret1"), "learning", TABLE);
        plan(
                "a host that is unknown",
                good.at(List.of("no-such-host.invalid"), 9042, "datacenter1", "u", Secret.of("p")),
                "learning",
                TABLE);
        plan("a wrong password", cassandra.connection(good.port(), "tofro", "Unsp3akable"), "learning", TABLE);
        plan(
                "no user",
                good.at(good.contactPoints(), good.port(), "datacenter1", null, Secret.of("")),
                "learning",
                TABLE);
        plan(
                "another data centre",
                good.at(good.contactPoints(), good.port(), "dc1", good.user(), good.password()),
                "learning",
                TABLE);
        plan("no keyspace", good, "laerning", TABLE);
        plan("no table", good, "learning", new CassandraRequest.OfTable("course_progres", null, false));
        plan("no column", good, "learning", TABLE, column("learner"));
        plan("a type that has no end", good, "learning", TABLE, column("progress"));
        plan(
                "a type that would change values",
                good,
                "learning",
                TABLE,
                column("learner_id", "smallint"),
                column("happened_at", "date"));
        plan("super", good, "learning", TABLE, column("device", "super"));
        plan(
                "the writetime of a key",
                good,
                "learning",
                TABLE,
                new CassandraColumn(CassandraColumn.What.WRITETIME, "course_id", "w", null));
        plan(
                "the ttl of a collection",
                good,
                "learning",
                new CassandraRequest.OfTable("course_content", null, false),
                new CassandraColumn(CassandraColumn.What.TTL, "tags", "t", null));
        read(
                "conditions without an index",
                good,
                new CassandraRequest.OfTable("course_progress", "seconds_watched > 5", false));
        read("conditions on no column", good, new CassandraRequest.OfTable("course_progress", "watched > 5", false));
        plan(
                "a SELECT that the server does not take",
                good,
                "learning",
                new CassandraRequest.OfSelect(SelectShape.parse("SELECT nothing FROM course_progress"), "p.yaml:3"));
        plan(
                "a SELECT of a column twice",
                good,
                "learning",
                new CassandraRequest.OfSelect(SelectShape.parse("SELECT kind, kind FROM course_progress"), "p.yaml:3"));

        StringBuilder page = new StringBuilder();
        said.forEach((what, sentence) ->
                page.append(what).append(":\n    ").append(sentence).append("\n"));
        assertThat(page.toString()).doesNotContain("Unsp3akable", "Secret1", "Exception");
        GoldenFile.check(
                Path.of("test-data/troubles/cassandra.txt"),
                page.toString().replace(Integer.toString(free), "FREE").replace(Integer.toString(good.port()), "PORT"));
    }

    private void plan(
            String what,
            CassandraConnection connection,
            String keyspace,
            CassandraRequest.Source source,
            CassandraColumn... columns) {
        CassandraRequest request = Extracted.request(connection, keyspace, source, columns);
        keep(what, catchThrowable(() -> CassandraExtract.plan(request)));
    }

    private void read(String what, CassandraConnection connection, CassandraRequest.Source source) {
        CassandraRequest request = new CassandraRequest(
                connection,
                "learning",
                source,
                List.of(column("learner_id")),
                Consistency.LOCAL_ONE,
                2,
                null,
                OptionalLimit.NONE);
        keep(what, catchThrowable(() -> Extracted.of(request, Path.of("target"))));
    }

    private void keep(String what, Throwable thrown) {
        assertThat(thrown).as(what).isInstanceOf(ExtractException.class);
        said.put(what, thrown.getMessage());
    }
}
