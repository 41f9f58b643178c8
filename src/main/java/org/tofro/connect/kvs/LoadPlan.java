package org.tofro.connect.kvs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.StepRefusal;
import org.tofro.connect.warehouse.KeyedQuery.KeyForm;
import org.tofro.connect.warehouse.KeyedUnload;
import org.tofro.kvs.KvsColumn;
import org.tofro.kvs.KvsException;
import org.tofro.kvs.KvsSchema;

/**
 * What an attempt has unloaded, and how it is to be put together; it stands beside the files.
 *
 * @param wanted the step as it was then: a run that goes on must want the same
 * @param layouts the columns of each source
 * @param counts of each source, the warehouse's or the staged files' own count of each bucket
 * @param keys for each bucket the keys that any source has, as the warehouse counts them; null where other sources have keys
 */
record LoadPlan(
        String wanted,
        List<SourceLayout> layouts,
        List<Map<String, KeyedUnload.Count>> counts,
        @Nullable Map<String, Long> keys)
        implements Serializable {
    private static final ObjectMapper JSON = new ObjectMapper();
    static final String FILE = "plan.json";

    LoadPlan {
        layouts = List.copyOf(layouts);
        counts = List.copyOf(counts);
    }

    byte[] json() {
        try {
            return JSON.writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a plan is plain data", e);
        }
    }

    static LoadPlan of(byte[] json, String where) {
        try {
            return JSON.readValue(json, LoadPlan.class);
        } catch (IOException e) {
            throw new KvsException(where + " is no plan of a load", e);
        }
    }

    /** The columns of the version's table. */
    static KvsSchema schema(KvsLoad load, List<SourceLayout> layouts) throws StepRefusal {
        List<KvsColumn> key = new ArrayList<>();
        for (int i = 0; i < load.key().size(); i++) {
            KeyForm form = layouts.get(0).keys().get(i).form();
            for (int source = 1; source < layouts.size(); source++) {
                if (layouts.get(source).keys().get(i).form() != form) {
                    throw new StepRefusal("the key's column '%s' is %s in %s and %s in %s; cast one of them"
                            .formatted(
                                    load.key().get(i).name(),
                                    shown(form),
                                    load.sources().get(0).origin(),
                                    shown(layouts.get(source).keys().get(i).form()),
                                    load.sources().get(source).origin()));
                }
            }
            key.add(new KvsColumn(load.key().get(i).name(), cql(form), false));
        }
        Map<String, String> taken = new TreeMap<>();
        key.forEach(column -> taken.put(column.name(), "the key"));
        List<KvsColumn> fields = new ArrayList<>();
        for (int source = 0; source < layouts.size(); source++) {
            for (KvsColumn field : layouts.get(source).fields()) {
                String origin = load.sources().get(source).origin();
                String other = taken.putIfAbsent(field.name(), origin);
                if (other != null) {
                    throw new StepRefusal("%s makes a field '%s', as %s does; name one of them otherwise"
                            .formatted(origin, field.name(), other));
                }
                fields.add(field);
            }
        }
        return new KvsSchema(key, fields);
    }

    static String cql(KeyForm form) {
        return switch (form) {
            case INTEGER -> "bigint";
            case TEXT -> "text";
            case UUID -> "uuid";
        };
    }

    private static String shown(KeyForm form) {
        return form == KeyForm.INTEGER ? "a whole number" : "a text";
    }

    /** The buckets in which there are rows. */
    List<String> buckets() {
        TreeMap<String, Long> names = new TreeMap<>();
        counts.forEach(source -> source.keySet().forEach(bucket -> names.put(bucket, 0L)));
        return List.copyOf(names.keySet());
    }
}
