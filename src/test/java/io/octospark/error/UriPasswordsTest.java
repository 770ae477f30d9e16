package io.octospark.error;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UriPasswordsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ftp://me:secret@host/a b                  | ftp://***@host/a b
                    s3a://KEY:sec/r@t@bucket/x: can't be read | s3a://***@bucket/x: can't be read
                    (k8s://https://u:p@h:1, ftp://:x@h)       | (k8s://***@h:1, ftp://***@h)
                    """)
    void passwordsAreNotShown(String text, String shown) {
        assertThat(UriPasswords.hidden(text)).isEqualTo(shown);
        assertThat(new InvalidInputException(ErrorCode.DATA_FORMAT, text, text)).hasMessage(shown + "; " + shown);
        assertThatThrownBy(() -> UriPasswords.requireNone("--data", text))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "--data: holds a password; remove it from the URI and give it to Hadoop in its core-site.xml");
    }

    @ParameterizedTest
    @CsvSource({
        "hdfs://node1:8020/user/me@site/x",
        "'spark://a:7077,b:7077 me@x'",
        "s3a://me@bucket/x",
        "abfss://container@account.dfs.core.windows.net/x",
        "me:secret@host"
    })
    void otherTextStaysAsItIs(String text) {
        assertThat(UriPasswords.hidden(text)).isEqualTo(text);
        assertThat(UriPasswords.requireNone("--data", text)).isSameAs(text);
    }

    @Test
    void timeGrowsWithTheLengthOnly() {
        String text = "://a:".repeat(200_000);
        assertThat(UriPasswords.hidden(text)).isEqualTo(text);
    }
}
