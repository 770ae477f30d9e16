package io.octospark.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.StringReader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** Whatever texts of a run are, pages and pictures show them and nothing is made of them. */
class HostileTextTest {
    private static final String TEXT =
            "</script></title><!--<script>alert(1)</script>]]>&lt;&#60;\"'` onload=x @policy@ @data@"
                    + " $1 \\u003c \u2028\u2029 \ud83d\ude00";

    @Test
    void ofAPage() throws Exception {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode data = mapper.createObjectNode().put(TEXT, TEXT);
        data.putObject("meta").putArray("run_ids").add(TEXT);

        String page = ReportPage.of(data);

        Matcher block =
                Pattern.compile("id=\"data\">(.*?)</script>", Pattern.DOTALL).matcher(page);
        assertThat(block.find()).isTrue();
        JsonNode read = mapper.readTree(block.group(1));
        assertThat(read).isEqualTo(data);
        assertThat(block.group(1)).doesNotContain("<", ">", "&", "\u2028", "\u2029");
        // Three scripts of the page, and none of the text.
        assertThat(page.split("</script>", -1)).hasSize(4);
        assertThat(page.split("</title>", -1)).hasSize(2);
        assertThat(page).doesNotContain("<script>alert", "<!--<script>");
    }

    @Test
    void ofAPicture() throws Exception {
        Svg svg = new Svg(100, 100, TEXT);
        svg.text(0, 0, Svg.Anchor.START, 10, TEXT + "\u0000\u001b\ud800");
        svg.verticalText(0, 0, 10, TEXT);

        Document read = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(svg.toString())));

        assertThat(read.getElementsByTagName("*").getLength()).isEqualTo(5);
        assertThat(read.getElementsByTagName("title").item(0).getTextContent()).isEqualTo(TEXT);
        assertThat(read.getElementsByTagName("text").item(0).getTextContent()).isEqualTo(TEXT + "\ufffd\ufffd\ufffd");
        assertThat(read.getElementsByTagName("text").item(1).getTextContent()).isEqualTo(TEXT);
    }
}
