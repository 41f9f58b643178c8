package org.tofro.emr;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;

/** Requests to AWS as JSON, field by field as they are sent. */
final class RequestJson {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final ObjectMapper LINE = new ObjectMapper();

    private RequestJson() {}

    static String pretty(SdkPojo request) {
        return write(JSON, plain(request));
    }

    static String line(@Nullable Object value) {
        return write(LINE, value);
    }

    private static String write(ObjectMapper mapper, @Nullable Object value) {
        try {
            return mapper.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts, numbers, lists and maps can be written", e);
        }
    }

    private static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof SdkPojo pojo) {
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            for (SdkField<?> field : pojo.sdkFields()) {
                Object found = field.getValueOrDefault(pojo);
                if (found != null
                        && !(found instanceof SdkAutoConstructList)
                        && !(found instanceof SdkAutoConstructMap)) {
                    fields.put(field.locationName(), plain(found));
                }
            }
            return fields;
        }
        if (value instanceof List<?> list) {
            return list.stream().map(RequestJson::plain).toList();
        }
        return value;
    }
}
