package org.tofro.connect.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.rds.RdsUtilities;

/** Tokens are what AWS's own client makes of the same. */
class DatabaseTokenTest {
    private static final String HOST = "db.cabcdefg.eu-west-1.rds.amazonaws.com";
    private static final Pattern MOMENT =
            Pattern.compile("X-Amz-Date=(\\d{4})(\\d\\d)(\\d\\d)T(\\d\\d)(\\d\\d)(\\d\\d)Z");

    @ParameterizedTest
    @CsvSource({"etl,", "etl+night shift~*@x/y=z,", "etl,IQoJb3JpZ2luX2VjEJr//+token/with=signs"})
    void isAsAwsMakesIt(String user, String session) {
        AwsCredentials credentials = session == null
                ? AwsBasicCredentials.create(FakeAws.KEY, "secret")
                : AwsSessionCredentials.create(FakeAws.KEY, "secret", session);
        String theirs = RdsUtilities.builder()
                .region(Region.EU_WEST_1)
                .credentialsProvider(StaticCredentialsProvider.create(credentials))
                .build()
                .generateAuthenticationToken(b -> b.hostname(HOST).port(5432).username(user));
        Matcher at = MOMENT.matcher(theirs);
        assertThat(at.find()).isTrue();
        Instant moment = Instant.parse(at.replaceFirst("@$1-$2-$3T$4:$5:$6Z@").split("@")[1]);

        DatabaseToken token = new DatabaseToken(HOST, 5432, user, "eu-west-1");

        String ours = token.token(credentials, Clock.fixed(moment, ZoneOffset.UTC));
        assertThat(ours.split("[?&]")).containsExactlyInAnyOrder(theirs.split("[?&]"));
        assertThat(ours).startsWith(HOST + ":5432/?Action=connect&");
    }

    @Test
    void theHostSaysTheRegion() {
        AwsSecretStores stores = new AwsSecretStores(Map.of("AWS_REGION", "us-east-1")::get);

        assertThat(stores.databaseToken(HOST, 1, "etl", null))
                .isEqualTo(new DatabaseToken(HOST, 1, "etl", "eu-west-1"));
        assertThat(stores.databaseToken("db.x.rds.cn-north-1.amazonaws.com.cn", 1, "etl", null))
                .isEqualTo(new DatabaseToken("db.x.rds.cn-north-1.amazonaws.com.cn", 1, "etl", "cn-north-1"));
        assertThat(stores.databaseToken("db.example.org", 1, "etl", null))
                .isEqualTo(new DatabaseToken("db.example.org", 1, "etl", "us-east-1"));
        assertThat(stores.databaseToken(HOST, 1, "etl", "sa-east-1"))
                .isEqualTo(new DatabaseToken(HOST, 1, "etl", "sa-east-1"));
    }
}
