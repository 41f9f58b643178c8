package org.tofro.connect.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.tofro.connect.eventlog.EventLog.Format;
import org.tofro.connect.eventlog.EventLog.Unknown;
import org.tofro.data.LeftOut;

class DelimitedLinesTest {
    @Test
    void csvIsTakenByItsHeader() throws Exception {
        TestLog.Staged staged = TestLog.of("id bigint id", "note varchar(30) the note", "third varchar(9) 3")
                .with(Format.CSV, true, "")
                .file(
                        "a.csv",
                        "\uFEFFid,\"the note\",x\r\n1,plain,a\r\n2,\"quoted, \"\"so\"\"\r\ntwo lines\",\r\n3,,\"\"\r\n")
                .file("b.csv", "x,the note,id\nb,n,4")
                .read();
        assertThat(staged.rows())
                .containsExactly("1|plain|a", "2|quoted, \"so\"\r\ntwo lines|<null>", "3|<null>|", "4|n|4");
        assertThat(staged.files().rowsRead()).isEqualTo(4);
    }

    @Test
    void tsvHasNoQuotes() throws Exception {
        TestLog.Staged staged = TestLog.of("id bigint 1", "note varchar(20) 3")
                .with(Format.TSV, false, "\\N")
                .file("a.tsv", "1\tx\t\"a\n2\tx\t\\N\n3\tx\t\n4\ty\tb\tmore\n")
                .read();
        assertThat(staged.rows()).containsExactly("1|\"a", "2|<null>", "3|", "4|b");
    }

    @Test
    void badRecordsCostTheirFirstLineOnly() throws Exception {
        TestLog log = TestLog.of("id bigint id", "note varchar(9) note")
                .with(Format.CSV, true, "")
                .file("a.csv", """
                        id,note
                        1,a
                        2,"open
                        3,b
                        4,"c"x
                        5
                        6,d,e
                        x,f
                        7,"g
                        8,h
                        9,"i"
                        10,"j
                        """)
                .maxRejects("100%");
        TestLog.Staged staged = log.read();
        assertThat(staged.rows()).containsExactly("1|a", "3|b", "8|h", "9|i");
        assertThat(staged.files().leftOut()).isEqualTo(new LeftOut(7, 0));
        assertThat(staged.notes())
                .anyMatch(
                        note -> note.startsWith(
                                "7 of 11 lines were rejected: 4 with a quote that is not closed, or goes on"
                                        + " behind its end; 2 with more or fewer values than columns; field 'id' (bigint): 1 no number"));
    }

    @Test
    void otherColumnsAreKeptOrRefused() throws Exception {
        TestLog log = TestLog.of("id bigint id")
                .with(Format.CSV, true, "")
                .file(
                        "a.csv",
                        "id,say \"\"so\"\",note\n".replace("say \"\"so\"\"", "\"say \"\"so\"\"\"")
                                + "1,a\tb,\n2,,\"x\"\n3,,\n");
        assertThat(log.with(Unknown.REST).read().rows())
                .containsExactly("1|{\"say \\\"so\\\"\":\"a\\tb\"}", "2|{\"note\":\"x\"}", "3|<null>");
        assertThatThrownBy(() -> log.with(Unknown.FAIL).read())
                .hasMessage(log.uri("a.csv") + ": no entry of `fields` names the columns 'say \"so\"', 'note'");
    }

    @Test
    void aHeaderMustHaveTheColumns() throws Exception {
        TestLog log = TestLog.of("id bigint id", "name varchar(9) name", "far varchar(9) 9")
                .with(Format.CSV, true, "")
                .file("a.csv", "ID,nmae,id,id\n");
        assertThatThrownBy(log::read)
                .hasMessage(log.uri("a.csv")
                        + ": the column 'id' comes twice; give its position; there is no column 'name'; did"
                        + " you mean 'nmae'?; there is no column '9'; known are ID, nmae, id, id");
        assertThat(log.left()).isEmpty();
        TestLog empty = TestLog.of("id bigint id").with(Format.TSV, true, "").file("a.tsv", "");
        assertThatThrownBy(empty::read)
                .hasMessage(empty.uri("a.tsv")
                        + " has no header; where its first line holds values, say `header: false` and give"
                        + " positions");
    }
}
