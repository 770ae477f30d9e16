package io.octospark.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.error.Messages;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reader of files with one JSON object. */
final class JsonFile {
    /** Size limit: a configuration is written by hand, so a larger file is something else. */
    private static final int MAX_BYTES = 1 << 20;

    /** Size limit of a stored configuration, which includes the files that the original named. */
    private static final int MAX_STORED_CHARACTERS = 8 << 20;

    private static final int SHOWN_PATH = 200;
    private static final int SHOWN_REASON = 200;

    private JsonFile() {}

    /**
     * Reads a file.
     *
     * @throws InvalidInputException if the file does not exist, can't be read, or does not contain exactly one JSON
     *     object
     */
    static ObjectNode read(Path file) {
        try {
            if (Files.isDirectory(file)) {
                throw invalid(ErrorCode.FILE_NOT_READABLE, file, "is a folder", "name a file");
            }
            if (!Files.exists(file)) {
                throw invalid(ErrorCode.FILE_NOT_FOUND, file, "no such file", "check the path");
            }
            if (!Files.isRegularFile(file)) {
                throw invalid(ErrorCode.FILE_NOT_READABLE, file, "is not a plain file", "name one");
            }
            long size = Files.size(file);
            if (size > MAX_BYTES) {
                throw tooLarge(file, size + " bytes");
            }
            byte[] json = new byte[0];
            // Files of /proc report size 0, however much they contain and however long reading takes.
            if (size > 0) {
                try (InputStream in = Files.newInputStream(file)) {
                    json = in.readNBytes(MAX_BYTES + 1);
                }
            }
            if (json.length > MAX_BYTES) {
                throw tooLarge(file, "more than " + MAX_BYTES + " bytes");
            }
            return parse(file, json);
        } catch (AccessDeniedException e) {
            throw invalid(
                    ErrorCode.FILE_NOT_READABLE,
                    file,
                    "can't be read: permission denied",
                    "change the file's permissions");
        } catch (IOException e) {
            throw invalid(ErrorCode.FILE_NOT_READABLE, file, "can't be read: " + e.getMessage(), "check the file");
        }
    }

    /**
     * Reads text that was a file's.
     *
     * @param name the name for messages
     * @throws InvalidInputException if the text is not exactly one JSON object
     */
    static ObjectNode parse(Path name, String json) {
        if (json.length() > MAX_STORED_CHARACTERS) {
            throw tooLarge(name, json.length() + " characters");
        }
        try {
            return parse(name, json.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode parse(Path file, byte[] json) throws IOException {
        try (JsonParser parser = Json.STRICT.createParser(json)) {
            try {
                JsonNode node = Json.STRICT.readTree(parser);
                if (node instanceof ObjectNode object) {
                    if (parser.nextToken() == null) {
                        return object;
                    }
                    throw invalid(
                            ErrorCode.JSON_SYNTAX,
                            file,
                            at(parser.currentTokenLocation()) + "something follows the object",
                            "remove it");
                }
                throw invalid(ErrorCode.JSON_SYNTAX, file, "must hold one JSON object { }", "correct the file");
            } catch (JsonProcessingException e) {
                JsonLocation place = e.getLocation() == null ? parser.currentLocation() : e.getLocation();
                // The parser's message may name its source or one of its settings, which mean nothing to users. It may
                // also quote a key of a megabyte.
                String reason = Messages.shortened(e.getOriginalMessage(), SHOWN_REASON)
                        .replaceAll("(?s)\\[Source: .*?; line: (\\d+), column: (\\d+)\\]", "line $1, column $2")
                        .replaceAll(": enable `\\S+` to allow| \\([^()]*, from `\\S+`\\)", "");
                throw invalid(ErrorCode.JSON_SYNTAX, file, at(place) + "not valid JSON: " + reason, "correct the file");
            }
        }
    }

    private static String at(JsonLocation place) {
        return "line %d, column %d: ".formatted(place.getLineNr(), place.getColumnNr());
    }

    private static InvalidInputException tooLarge(Path file, String size) {
        return invalid(
                ErrorCode.FILE_NOT_READABLE,
                file,
                size + ", the limit of a configuration is " + MAX_BYTES,
                "is it the right file?");
    }

    private static InvalidInputException invalid(ErrorCode code, Path file, String what, String remedy) {
        return new InvalidInputException(code, shown(file) + ": " + what, remedy);
    }

    /** Returns the name of a file for messages; the name may come from another file. */
    static String shown(Path file) {
        return Messages.shortened(file.toString(), SHOWN_PATH);
    }
}
