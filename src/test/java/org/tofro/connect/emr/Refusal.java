package org.tofro.connect.emr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** An error with which AWS answers in place of doing what it was asked. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String type;

    Refusal(int status, String type, String message) {
        super(message);
        this.status = status;
        this.type = type;
    }

    static Refusal of(String type, String message) {
        return new Refusal(400, type, message);
    }

    int status() {
        return status;
    }

    JsonNode body() {
        return new ObjectMapper().createObjectNode().put("__type", type).put("message", getMessage());
    }
}
