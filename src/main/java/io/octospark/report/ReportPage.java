package io.octospark.report;

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
 * Puts template, style, charting library, script and data into one HTML page. The page's content security policy lets a
 * browser run only these scripts, known by their hashes, and blocks all connections. The data can't end their own block.
 */
final class ReportPage {
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
        // Last, and from the end of the page: texts of the data may look like any mark.
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

    /** Returns JSON without any character that HTML interprets. */
    private static String json(ObjectNode data) {
        return data.toString()
                .replace("&", "\\u0026")
                .replace("<", "\\u003c")
                .replace(">", "\\u003e")
                .replace("\u2028", "\\u2028")
                .replace("\u2029", "\\u2029");
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
