package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The own lines of a crontab, among those of others. */
class CrontabBlockTest {
    private final CrontabBlock block = new CrontabBlock(Path.of("/srv/tofro"), "prod");
    private final String own = block.of(List.of("0 6 * * * one", "0 7 * * * two"));

    @Test
    void aBlockNamesItsCheckoutAndEnvironment() {
        assertThat(own)
                .isEqualTo("# begin tofro schedule of /srv/tofro, runner prod: made by `tofro schedule install`,"
                        + " which replaces it\n"
                        + "0 6 * * * one\n"
                        + "0 7 * * * two\n"
                        + "# end tofro schedule of /srv/tofro, runner prod\n");
    }

    @Test
    void everyOtherByteStays() {
        String above = "MAILTO=ops@example.org\n# the backup, \u00c3\u00a4\n\n0 1 * * *\tbackup %now\r\n";
        String below = "\n\n5 5 * * * other";
        String before = above + own + below;
        String later = block.of(List.of("0 8 * * * three"));

        assertThat(block.replacedIn(before, later)).isEqualTo(above + later + below);
        assertThat(block.replacedIn(before, own)).isEqualTo(before);
        assertThat(block.replacedIn(before, "")).isEqualTo(above + below);
        assertThat(block.replacedIn(above, "")).isEqualTo(above);
        assertThat(block.replacedIn(above, own)).isEqualTo(above + own);
    }

    @Test
    void aNewBlockStandsBehindWholeLinesAndBeforeAZoneOfOthers() {
        assertThat(block.replacedIn("", own)).isEqualTo(own);
        assertThat(block.replacedIn("0 1 * * * last", own)).isEqualTo("0 1 * * * last\n" + own);
        assertThat(block.replacedIn("CRON_TZ=Asia/Tokyo\n0 1 * * * x\n", own))
                .isEqualTo(own + "CRON_TZ=Asia/Tokyo\n0 1 * * * x\n");
    }

    @Test
    void blocksOfOtherCheckoutsAndEnvironmentsAreOthers() {
        String others = new CrontabBlock(Path.of("/srv/tofro"), "prod2").of(List.of("x"))
                + new CrontabBlock(Path.of("/srv/tofro2"), "prod").of(List.of("y"));

        assertThat(block.replacedIn(others, "")).isEqualTo(others);
        assertThat(block.replacedIn(others + own, "")).isEqualTo(others);
    }

    @Test
    void aBlockWithoutAnEndIsLeftToItsOwner() {
        assertThatThrownBy(() -> block.replacedIn(own.substring(0, own.indexOf("# end")), own))
                .isInstanceOf(FailedException.class)
                .hasMessage("the crontab has the line '# begin tofro schedule of /srv/tofro, runner prod: made by"
                        + " `tofro schedule install`, which replaces it' but not '# end tofro schedule of /srv/tofro,"
                        + " runner prod' after it; mend that by `crontab -e`");
    }

    @Test
    void aLineQuotesForTheShellAndForCron() {
        CrontabLine line = new CrontabLine(
                "run",
                Path.of("/srv/it's 100%"),
                "orders",
                Path.of("/srv/it's 100%/pipelines/orders.yaml"),
                "prod",
                Path.of("/logs"),
                Map.of("PATH", "/bin:/usr/bin"),
                Path.of("/etc/tofro env"),
                Duration.ZERO);

        assertThat(line.at("0 6 * * *"))
                .isEqualTo("0 6 * * * cd '/srv/it'\\''s 100\\%' && mkdir -p /logs && export PATH=/bin:/usr/bin"
                        + " && set -a && . '/etc/tofro env' && set +a"
                        + " && scripts/tofro run pipelines/orders.yaml --runner prod --scheduled"
                        + " >>/logs/orders-$(date +\\%Y-\\%m).log 2>&1");
    }

    @Test
    void aLineThatCronWouldCutIsRefused() {
        CrontabLine line = new CrontabLine(
                "run",
                Path.of("/srv"),
                "orders",
                Path.of("/srv/orders.yaml"),
                "prod",
                Path.of("/logs"),
                Map.of("PATH", "/x".repeat(500)),
                null,
                Duration.ZERO);

        assertThatThrownBy(() -> line.at("0 6 * * *"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageMatching(
                        "the crontab line of pipeline 'orders' would have 11\\d\\d characters, and cron reads"
                                + " no more than 990; shorten PATH, or have a shell file set it and give that by --env-file");
    }
}
