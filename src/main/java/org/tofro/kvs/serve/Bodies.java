package org.tofro.kvs.serve;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.tofro.kvs.EntryJson;
import org.tofro.kvs.Job;
import org.tofro.kvs.JobVersion;
import org.tofro.kvs.KvsAnswer;
import org.tofro.kvs.KvsColumn;
import org.tofro.kvs.KvsEntry;
import org.tofro.kvs.KvsKey;
import org.tofro.kvs.ListedJob;

/** The answers, as JSON. */
final class Bodies {
    static final String VERSION = "Tofro-Version";

    private Bodies() {}

    static Reply jobs(List<ListedJob> jobs) {
        return Reply.json(200, json -> {
                    json.writeArrayFieldStart("jobs");
                    for (ListedJob job : jobs) {
                        json.writeStartObject();
                        json.writeStringField("job", job.name().name());
                        version("version", job.current(), json);
                        json.writeEndObject();
                    }
                    json.writeEndArray();
                })
                .with("Cache-Control", "no-store");
    }

    static Reply job(Job job) {
        return Reply.json(200, json -> {
                    json.writeStringField("job", job.name().name());
                    version("version", job.current(), json);
                    if (job.currentVersion().isPresent()) {
                        JobVersion current = job.currentVersion().get();
                        columns("key", current.schema().key(), json);
                        columns("fields", current.schema().fields(), json);
                    }
                    json.writeArrayFieldStart("versions");
                    for (JobVersion version : job.versions()) {
                        if (version.state() == JobVersion.State.PUBLISHED) {
                            json.writeStartObject();
                            json.writeNumberField("version", version.number());
                            json.writeNumberField("keys", version.figures().keys());
                            json.writeNumberField("bytes", version.figures().bytes());
                            json.writeStringField("published_at", String.valueOf(version.publishedAt()));
                            json.writeEndObject();
                        }
                    }
                    json.writeEndArray();
                })
                .with("Cache-Control", "no-store");
    }

    private static void version(String name, int number, JsonGenerator json) throws IOException {
        if (number == 0) {
            json.writeNullField(name);
        } else {
            json.writeNumberField(name, number);
        }
    }

    private static void columns(String name, List<KvsColumn> columns, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart(name);
        for (KvsColumn column : columns) {
            json.writeStartObject();
            json.writeStringField("name", column.name());
            json.writeStringField("type", column.json() ? "json" : column.type());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    static Reply entry(KvsEntry entry) {
        JobVersion version = entry.version();
        return Reply.json(200, json -> {
                    heading(version, json);
                    entry(entry, json);
                })
                .with(VERSION, String.valueOf(version.number()))
                .with("ETag", "\"" + version.number() + "-" + Long.toHexString(version.writtenAt()) + "\"")
                // To be kept, and asked for again each time: what is forgotten must not be served from there.
                .with("Cache-Control", "private, no-cache");
    }

    static Reply entries(KvsAnswer answer) {
        List<KvsColumn> key = answer.version().schema().key();
        return Reply.json(200, json -> {
                    heading(answer.version(), json);
                    json.writeArrayFieldStart("entries");
                    for (KvsEntry entry : answer.entries().values()) {
                        json.writeStartObject();
                        entry(entry, json);
                        json.writeEndObject();
                    }
                    json.writeEndArray();
                    json.writeArrayFieldStart("missing");
                    for (Map.Entry<KvsKey, KvsKey> asked : answer.keys().entrySet()) {
                        if (!answer.entries().containsKey(asked.getKey())) {
                            EntryJson.key(key, asked.getValue(), json);
                        }
                    }
                    json.writeEndArray();
                })
                .with(VERSION, String.valueOf(answer.version().number()))
                .with("Cache-Control", "no-store");
    }

    private static void heading(JobVersion version, JsonGenerator json) throws IOException {
        json.writeStringField("job", version.job().name());
        json.writeNumberField("version", version.number());
    }

    private static void entry(KvsEntry entry, JsonGenerator json) throws IOException {
        json.writeFieldName("key");
        EntryJson.key(entry.version().schema().key(), entry.key(), json);
        json.writeFieldName("fields");
        EntryJson.fields(entry, json);
    }
}
