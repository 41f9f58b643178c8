package org.tofro.connect.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which trouble passes, and what a message shows of the server's own. */
final class WarehouseExceptionTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "null",
            value = {
                "08006 | An I/O error occurred while sending to the backend. | true",
                "08003 | This connection has been closed. | true",
                "null | This connection has been closed. | true",
                "57P01 | ERROR: terminating connection due to administrator command | true",
                "40001 | ERROR: could not serialize access due to concurrent update | true",
                "40P01 | ERROR: deadlock detected | true",
                "53300 | FATAL: sorry, too many clients already | true",
                "XX000 | ERROR: 1023 | true",
                "XX000 | 1023\\nDETAIL: Serializable isolation violation on table - 1 | true",
                "XX000 | ERROR: tuple concurrently updated | true",
                "XX000 | ERROR: could not complete because of conflict with concurrent transaction | true",
                "23505 | ERROR: duplicate key value violates unique constraint \"pg_namespace_nspname_index\" | true",
                "42P06 | ERROR: schema \"staging\" already exists | true",
                "42P07 | ERROR: relation \"fence_public_t_0123456789\" already exists | true",
                "42P07 | ERROR: relation \"courses\" already exists | false",
                "42710 | ERROR: type \"ledger_public_t_0123456789\" already exists | true",
                "42710 | ERROR: type \"courses\" already exists | false",
                "57014 | ERROR: canceling statement due to statement timeout | false",
                "XX000 | ERROR: S3ServiceException:Please reduce your request rate.,Status 503,Error SlowDown,Rid 1 | true",
                "XX000 | S3CurlException: Connection timed out after 50000 milliseconds, CurlError 28 | true",
                "XX000 | S3ServiceException:Access Denied,Status 403,Error AccessDenied,Rid 503,CanRetry 1 | false",
                "42601 | ERROR: syntax error at or near \"1023\" | false",
                "22003 | ERROR: 10230 is out of range | false",
                "42501 | ERROR: permission denied for schema staging | false",
                "28000 | FATAL: password authentication failed | false",
                "null | something else | false"
            })
    void someTroublePasses(String state, String message, boolean passes) {
        SQLException cause = new SQLException(message.replace("\\n", "\n"), state);
        assertThat(WarehouseException.of("cannot load t", cause).isTransient()).isEqualTo(passes);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ERROR: relation \"t\" does not exist | relation \"t\" does not exist",
                "ERROR: invalid input syntax for type integer: \"4711\" | invalid input syntax for type integer"
                        + " (value not shown)",
                "ERROR: value \"99999999999\" is out of range for type integer | value (value not shown) is out of range"
                        + " for type integer",
                "ERROR: null value in column \"id\" violates not-null constraint | null value in column \"id\" violates"
                        + " not-null constraint",
                "ERROR: duplicate key\\nDETAIL: Key (id)=(4711) already exists. | duplicate key"
            })
    void messagesShowNoValues(String message, String shown) {
        SQLException cause = new SQLException(message.replace("\\n", "\n"), "22000");
        assertThat(WarehouseException.of("cannot load t", cause)).hasMessage("cannot load t: " + shown);
    }

    @Test
    void aDriverThatSaysNothing() {
        assertThat(WarehouseException.of("cannot load t", new SQLException(null, "XX001")))
                .hasMessage("cannot load t: the driver gave no reason (SQLSTATE XX001)");
    }
}
