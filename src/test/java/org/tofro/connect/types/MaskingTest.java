package org.tofro.connect.types;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.tofro.settings.Secret;

class MaskingTest {
    private static String masked(Mask mask, String value) {
        return new String(new Masking(mask).mask(value.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
    }

    private static String partial(String value) {
        return masked(new Mask(Mask.Kind.PARTIAL, null), value);
    }

    /** The published test vectors of both: FIPS 180 for the one, RFC 4231's second for the other. */
    @Test
    void sumsAreTheKnownOnes() {
        assertThat(masked(new Mask(Mask.Kind.HASH, null), "abc"))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThat(masked(new Mask(Mask.Kind.HMAC, Secret.of("Jefe")), "what do ya want for nothing?"))
                .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    @Test
    void aPartialMaskLeavesADomainOrTheLastFourCharactersOfALongText() {
        assertThat(partial("ada.lovelace@example.org")).isEqualTo("***@example.org");
        assertThat(partial("\"a@b\"@example.org")).isEqualTo("***@example.org");
        assertThat(partial("@handle-of-someone")).isEqualTo("***eone");
        assertThat(partial("someone-at@")).isEqualTo("***-at@");
        assertThat(partial("4111111111111111")).isEqualTo("***1111");
        assertThat(partial("12345678")).isEqualTo("***");
        assertThat(partial("123456789")).isEqualTo("***6789");
        assertThat(partial("")).isEqualTo("***");
        assertThat(partial("\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9")).isEqualTo("***");
        assertThat(partial("name \ud83d\ude00\u00e9\u4e2d\u0416")).isEqualTo("***\ud83d\ude00\u00e9\u4e2d\u0416");
    }

    @Test
    void nothingIsLeftOfARedactedValueAndTheKeyIsNeverShown() {
        assertThat(masked(new Mask(Mask.Kind.REDACT, null), "anything")).isEqualTo("***");
        assertThat(new Mask(Mask.Kind.HMAC, Secret.of("hunter2"))).hasToString("masked (hmac)");
    }
}
