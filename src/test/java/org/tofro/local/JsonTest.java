package org.tofro.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Property(tries = 200)
    void anyTextComesBack(@ForAll String text, @ForAll int port, @ForAll long pid) {
        Wire.Reply reply = new Wire.Reply(
                text,
                true,
                null,
                Map.of(text, new Wire.Address(text, port, "", text)),
                List.of(new Wire.State(text, "s3", "a", pid, "b")));
        String line = Json.write(reply);
        assertThat(line).doesNotContain("\n");
        assertThat(Json.read(line, Wire.Reply.class)).isEqualTo(reply);
    }

    @Test
    void whatIsUnknownIsSkippedAndWhatIsNoJsonIsNull() {
        assertThat(Json.read("{\"x\":{\"pid\":[1]},\"pid\":7,\"startMillis\":8}", Wire.Lease.class))
                .isEqualTo(new Wire.Lease(7, 8));
        for (String text : List.of("", "{", "[]", "7", "{\"pid\":\"x\"}", "{\"pid\":1", "HTTP/1.1 400 Bad Request")) {
            assertThat(Json.read(text, Wire.Lease.class)).as(text).isNull();
        }
        assertThat(Json.read("{\"operation\":\"DANCE\"}", Wire.Request.class)).isNull();
    }
}
