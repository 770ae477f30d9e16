package io.octospark.cli.results;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("every-spark")
class ReportCommandTest {
    @Test
    void theFileIsInTheFolderWhateverTheRunIsCalled() {
        assertThat(ReportCommand.fileName("20260102-030405-ab12cd")).isEqualTo("report-20260102-030405-ab12cd.html");
        assertThat(ReportCommand.fileName("../../x\0'\"")).isEqualTo("report-.._.._x___.html");
    }
}
