package org.tofro.connect.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.jdbc.Reading.Way;
import org.tofro.connect.staging.StagingArea;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.connect.types.TextCheck.Utf8;
import org.tofro.connect.warehouse.TestWarehouse;

/** Text of databases that are not UTF-8: converted by the server, or by nobody and then looked at. */
class EncodingTest {
    private static SourceDatabase database;

    @TempDir
    static Path folder;

    @BeforeAll
    static void start() throws Exception {
        database = SourceDatabase.start();
        for (String encoding : new String[] {"SQL_ASCII", "LATIN1"}) {
            database.execute("CREATE DATABASE " + encoding + " ENCODING '" + encoding
                    + "' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
        }
        database.execute("sql_ascii", """
                CREATE TABLE words (id integer, "w\u00f6rd" text, code varchar(4), tag uuid);
                INSERT INTO words VALUES
                    (1, convert_from('\\x6520c3a9e9', 'SQL_ASCII'), 'ok', NULL),
                    (2, convert_from('\\xeda080', 'SQL_ASCII'), NULL, '00000000-0000-0000-0000-000000000001'),
                    (3, convert_from('\\xedbfbf22', 'SQL_ASCII'), convert_from('\\xff', 'SQL_ASCII'), NULL),
                    (4, convert_from('\\xc080', 'SQL_ASCII'), '', NULL),
                    (5, convert_from('\\xf09f98', 'SQL_ASCII'), 'fine', NULL);
                CREATE TABLE fine (id integer, word text);
                INSERT INTO fine VALUES (1, '\ud83d\ude00 "\u00e9"'), (2, ''), (3, NULL), (4, '\uffff')
                """);
        database.execute("latin1", """
                CREATE TABLE words (id integer, word varchar(3));
                INSERT INTO words VALUES (1, '\u00e9\u00e9\u00e9'), (2, '\u00ff')
                """);
    }

    @AfterAll
    static void stop() throws Exception {
        database.close();
    }

    private static ExtractException refused(ExtractRequest request, Way way) {
        try (StagingArea area = SourceDatabase.folder(folder)) {
            return catchThrowableOfType(
                    ExtractException.class,
                    () -> new Extract(area, way, Fault.NONE).run(request, new ExtractProgress(), new Cancellation()));
        }
    }

    @Test
    void bytesThatAreNotUtf8AreCountedByColumnAndKind() {
        assertThat(refused(database.tableOf("sql_ascii", "words"), Way.COPY))
                .hasMessage("connection 'source', database 'sql_ascii': "
                        + "column 'w\u00f6rd' (text -> varchar(65535)): 3 values with bytes that are not UTF-8;"
                        + " `columns: type` with varbyte(65535) would carry them as bytes; "
                        + "column 'w\u00f6rd' (text -> varchar(65535)): 2 values with surrogates, which UTF-8 does not"
                        + " have; `columns: type` with varbyte(65535) would carry them as bytes; "
                        + "column 'code' (varchar(4) -> varchar(16)): 1 value with bytes that are not UTF-8;"
                        + " `columns: type` with varbyte(16) would carry them as bytes");
    }

    @Test
    void aServerThatIsAskedForResultsEndsTheReadByItself() {
        assertThat(refused(database.tableOf("sql_ascii", "words"), Way.RESULT_SET))
                .hasMessage("connection 'source', database 'sql_ascii': the server says: invalid byte sequence for"
                        + " encoding \"...\": \"...\" (SQLSTATE 22021)");
    }

    @Test
    void varbyteCarriesThem() throws Exception {
        LoadedTable loaded = LoadedTable.of(
                new TestWarehouse(),
                database.tableOf(
                        "sql_ascii",
                        "words",
                        new ColumnChoice("id", null, null),
                        new ColumnChoice("w\u00f6rd", "word", "varbyte(65535)")));
        assertThat(loaded.rows("id, word"))
                .containsExactlyInAnyOrder(
                        "1|\\x6520c3a9e9", "2|\\xeda080", "3|\\xedbfbf22", "4|\\xc080", "5|\\xf09f98");
    }

    @Test
    void whatIsUtf8ArrivesFromAnyDatabase() throws Exception {
        TestWarehouse warehouse = new TestWarehouse();
        assertThat(LoadedTable.of(warehouse, database.tableOf("sql_ascii", "fine"))
                        .rows("id, word"))
                .containsExactlyInAnyOrder("1|\ud83d\ude00 \"\u00e9\"", "2|", "3|~", "4|\uffff");
        assertThat(LoadedTable.of(warehouse, database.tableOf("latin1", "words"))
                        .rows("id, word, octet_length(word)"))
                .containsExactlyInAnyOrder("1|\u00e9\u00e9\u00e9|6", "2|\u00ff|2");
        LoadedTable bytes = LoadedTable.of(
                warehouse, database.tableOf("latin1", "words", new ColumnChoice("word", null, "varbyte(12)")));
        assertThat(bytes.rows("word")).containsExactlyInAnyOrder("\\xc3a9c3a9c3a9", "\\xc3bf");
    }

    @Test
    void theLongestIsLookedForInUtf8WhereTheServerKeepsAnotherEncoding() {
        assertThat(refused(database.tableOf("latin1", "words", new ColumnChoice("word", null, "varchar(5)")), Way.COPY))
                .hasMessage(
                        "connection 'source', database 'latin1': column 'word' (varchar(3) -> varchar(5)): 1 value"
                                + " longer than its type in bytes; the longest has 6 bytes by"
                                + " octet_length(convert_to(\"word\", 'UTF8')), `columns: type` with varchar(6) would carry them");
    }

    @Test
    void theFidelityLineSaysThatBytesAreLookedAt() {
        assertThat(Extract.plan(database.tableOf("sql_ascii", "words")).fidelity())
                .containsExactly(
                        "id: integer -> integer, staged bare",
                        "w\u00f6rd: text -> varchar(65535), staged in quotes; fails: bytes that are not UTF-8, more than"
                                + " 65535 bytes",
                        "code: varchar(4) -> varchar(16), staged in quotes; fails: bytes that are not UTF-8, more than 16"
                                + " bytes",
                        "tag: uuid -> varchar(36), staged in quotes");
    }

    @Provide
    Arbitrary<byte[]> bytes() {
        Arbitrary<Byte> sharp = Arbitraries.of(
                (byte) 'a',
                (byte) 0x80,
                (byte) 0x8f,
                (byte) 0x90,
                (byte) 0x9f,
                (byte) 0xa0,
                (byte) 0xbf,
                (byte) 0xc0,
                (byte) 0xc2,
                (byte) 0xdf,
                (byte) 0xe0,
                (byte) 0xed,
                (byte) 0xef,
                (byte) 0xf0,
                (byte) 0xf4,
                (byte) 0xf5);
        return Arbitraries.oneOf(sharp, Arbitraries.bytes()).array(byte[].class).ofMaxSize(6);
    }

    @Property(tries = 5000)
    void takesForUtf8WhatJavaTakes(@ForAll("bytes") byte[] bytes) {
        boolean valid;
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            valid = true;
        } catch (CharacterCodingException e) {
            valid = false;
        }
        assertThat(new Utf8(100).violation(bytes, 0, bytes.length, 0) == null).isEqualTo(valid);
    }
}
