package org.tofro.connect.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.tofro.connect.eventlog.EventLog.Unknown;
import org.tofro.data.LeftOut;

class JsonLinesTest {
    @Test
    void fieldsAreFoundByTheirPointers() throws Exception {
        TestLog.Staged staged = TestLog.of(
                        "id bigint",
                        "user bigint /user/id",
                        "name varchar(20) /user/name/first",
                        "sku varchar(9) /items/1/sku",
                        "slash varchar(9) /a~1b/c~0d",
                        "whole varchar(99) /user",
                        "flag boolean",
                        "again varchar(20) /id")
                .file("a.json", """
                        {"id": 1, "user": {"name": {"first": "Änne \\u00e4 \\ud83d\\ude00"}, "id": 7}, "flag": true}
                        {"items": [{"sku": "a"}, {"x": [1, {"y": 2}], "sku": "b"}, 3], "a/b": {"c~d": "deep"}, "id": 2}
                        {"id": null, "user": "nobody", "items": {"1": {"sku": "named"}}, "flag": false}

                        {}
                        """)
                .read();

        assertThat(staged.rows())
                .containsExactlyInAnyOrder(
                        "1|7|Änne ä 😀|<null>|<null>|{\"name\": {\"first\": \"Änne \\u00e4 \\ud83d\\ude00\"}, \"id\": 7}|t|1",
                        "2|<null>|<null>|b|deep|<null>|<null>|2",
                        "<null>|<null>|<null>|named|<null>|nobody|f|<null>",
                        "<null>|<null>|<null>|<null>|<null>|<null>|<null>|<null>");
        assertThat(staged.files().rowsRead()).isEqualTo(4);
        assertThat(staged.files().schema().columns())
                .first()
                .hasToString("Column[name=id, type=bigint, sourceType=json]");
    }

    @Test
    void whatNoFieldTakesIsKeptAsTheLineHasIt() throws Exception {
        TestLog.Staged staged = TestLog.of("id bigint", "name varchar(20) /user/name", "sku varchar(9) /items/0/sku")
                .with(Unknown.REST)
                .file("a.json", """
                        {"id": 1, "t" : 1.50 ,"user": {"name": "n", "age" : 3, "tags": ["a" , "b"]}, "z": {"k": null}}
                        {"id": 2, "user": {"name": "n"}, "items": [{"sku": "s"}, 2]}
                        {"id": 3, "user": 5, "items": null}
                        {"user": {"deep": {}}, "id": 4}
                        {"id": 5}
                        """)
                .read();

        assertThat(staged.rows())
                .containsExactly(
                        "1|n|<null>|{\"t\" : 1.50,\"user\": {\"age\" : 3,\"tags\": [\"a\" , \"b\"]},\"z\": {\"k\": null}}",
                        "2|n|s|{\"items\": [{\"sku\": \"s\"}, 2]}",
                        "3|<null>|<null>|{\"user\": 5}",
                        "4|<null>|<null>|{\"user\": {\"deep\": {}}}",
                        "5|<null>|<null>|<null>");
    }

    @Test
    void badLinesAreRejectedEachForItsReason() throws Exception {
        byte[] lines = """
                {"id": 1}
                {"id": 2
                {"id": 3} {"id": 4}
                {"id": 5,}
                [1]
                "text
                "text"
                nonsense
                {"id": "6"}
                {"id": 7.5}
                {"id": 8, "id": 9}
                {"name": "a\\u0000b"}
                {"name": "\\ud800"}
                {"name": "BAD"}
                {"other": 1}
                {"id": {}}
                {"name": "0123456789"}
                {"id": 10, "id": null}
                """.getBytes(StandardCharsets.UTF_8);
        lines[new String(lines, StandardCharsets.ISO_8859_1).indexOf("BAD")] = (byte) 0xff;
        TestLog log = TestLog.of("id integer", "name varchar(9)").with(Unknown.FAIL);
        TestLog.Staged staged = log.file("a.json", lines).maxRejects("16").read();

        assertThat(staged.rows()).containsExactly("1|<null>", "6|<null>");
        assertThat(staged.files().leftOut()).isEqualTo(new LeftOut(16, 0));
        assertThat(staged.files().rowsRead()).isEqualTo(18);
        assertThat(staged.notes())
                .contains(
                        "16 of 18 lines were rejected: 1 not UTF-8; 5 no JSON; 2 no JSON object; 1 with fields that no entry of"
                                + " `fields` names; field 'id' (integer): 2 with two values; field 'id' (integer): 1 an object or array;"
                                + " field 'id' (integer): 1 a number with a fraction; field 'name' (varchar(9)): 1 with the character"
                                + " U+0000, which Redshift's strings do not hold; field 'name' (varchar(9)): 1 with half a surrogate pair,"
                                + " which UTF-8 does not have; field 'name' (varchar(9)): 1 longer than the type in bytes; they are in"
                                + " file://" + log.folder + "/staging/p/r/s/1/rejects.json.zst");
    }

    @Test
    void whatLooksLikeWiderCharactersIsNoJson() throws Exception {
        TestLog log = TestLog.of("id integer")
                .file("a.json", "{\"id\":1}\n".getBytes(StandardCharsets.UTF_16LE))
                .maxRejects("100%");
        assertThat(log.read().files().rows()).isZero();
        assertThat(log.read().files().leftOut().rejected()).isEqualTo(2);
    }

    @Test
    void aRequiredFieldHasAValue() throws Exception {
        TestLog.Staged staged = TestLog.of("id integer", "name varchar(9)")
                .requiring("id")
                .file("a.json", "{\"id\": 1}\n{\"id\": null}\n{\"name\": \"n\"}\n")
                .maxRejects("2")
                .read();
        assertThat(staged.rows()).containsExactly("1|<null>");
        assertThat(staged.notes()).anyMatch(note -> note.contains("field 'id' (integer): 2 without a value"));
    }
}
