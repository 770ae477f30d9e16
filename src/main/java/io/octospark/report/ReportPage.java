package io.octospark.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.results.BuildInfo;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * Puts template, style, charting library, script and data into one HTML page. The page's policy lets a browser run these
 * scripts only, known by their hashes, and open no connection; the data can't end the block that they are in.
 */
final class ReportPage {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ReportPage() {}

    static String of(ObjectNode data) {
        String library =
                resource("/META-INF/resources/webjars/echarts/" + BuildInfo.echartsVersion() + "/echarts.min.js");
        String script = resource("report.js");
        String policy =
                "default-src 'none'; script-src '%s' '%s'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
                        .formatted(hash(library), hash(script));
        StringBuilder page = new StringBuilder(Report.MARK).append(resource("report.html"));
        put(page, "@policy@", policy);
        put(page, "@style@", resource("report.css"));
        put(page, "@library@", library);
        put(page, "@script@", script);
        // Last, and the later place first: texts of the data may look like any mark.
        put(page, "@data@", json(data));
        put(
                page,
                "@title@",
                Svg.escaped("OctoSpark report " + data.at("/meta/run_ids/0").asText()));
        return page.toString();
    }

    private static void put(StringBuilder page, String mark, String text) {
        int at = page.indexOf(mark);
        page.replace(at, at + mark.length(), text);
    }

    /** JSON in which no character means anything to HTML. */
    private static String json(ObjectNode data) {
        try {
            return MAPPER.writeValueAsString(data)
                    .replace("&", "\\u0026")
                    .replace("<", "\\u003c")
                    .replace(">", "\\u003e")
                    .replace("\u2028", "\\u2028")
                    .replace("\u2029", "\\u2029");
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hash(String script) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String resource(String name) {
        try (InputStream in = ReportPage.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new FileNotFoundException(name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
