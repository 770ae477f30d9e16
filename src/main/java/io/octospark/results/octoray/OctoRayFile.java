package io.octospark.results.octoray;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.octospark.config.Json;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.error.Messages;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text file of OctoRay's published results, {@code NODES_POINTS_CUS.txt}. Each repeat of a measurement has one line with a JSON
 * object for every compute unit, the first of them after the number of the repeat, and a line with the wall time of the client:
 *
 * <pre>{@code
 * 0: {"id": 1, "cu": 1, "dot": 0.89, "upd": 0.23, "time": 2.05}
 * {"id": 2, "cu": 2, "dot": 0.87, "upd": 0.22, "time": 2.04}
 * wall_time:3.2
 * }</pre>
 *
 * Numbers of repeats may occur twice, because files were appended to. Other keys, such as {@code memory}, are ignored.
 *
 * @param nodes hosts
 * @param points grid points of a node, all its units together
 * @param unitsPerNode compute units of each node
 * @param repeats the measurements, in the order of the file
 */
public record OctoRayFile(int nodes, long points, int unitsPerNode, List<Repeat> repeats) {
    private static final Pattern NAME = Pattern.compile("([1-9]\\d{0,5})_([1-9]\\d{0,11})_([1-9]\\d{0,5})\\.txt");
    private static final Pattern FIRST = Pattern.compile("\\d+:\\s*(\\{.*)");
    private static final Pattern WALL = Pattern.compile("wall_time:\\s*(\\S+)");

    /** A hundred times what a thousand units and a thousand repeats take. */
    private static final int MAX_BYTES = 10 << 20;

    private static final int MAX_UNITS = 1_000_000;
    private static final int SHOWN_CHARACTERS = 200;

    private static final ObjectReader READER = Json.STRICT.reader(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    public OctoRayFile {
        repeats = List.copyOf(repeats);
    }

    /**
     * One measurement.
     *
     * @param units what each unit took
     * @param wallSeconds what the client waited
     */
    public record Repeat(List<Unit> units, double wallSeconds) {
        public Repeat {
            units = List.copyOf(units);
        }
    }

    /**
     * What a unit took.
     *
     * @param id number of the unit in the run, from 1
     * @param cu number of the unit on its card, from 1
     * @param dotSeconds in forward products
     * @param updSeconds in update directions
     * @param timeSeconds of its task
     */
    public record Unit(int id, int cu, double dotSeconds, double updSeconds, double timeSeconds) {}

    /** Name of the file. */
    public String fileName() {
        return "%d_%d_%d.txt".formatted(nodes, points, unitsPerNode);
    }

    /** The text of the file. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (int repeat = 0; repeat < repeats.size(); repeat++) {
            text.append(repeat).append(": ");
            for (Unit unit : repeats.get(repeat).units()) {
                text.append("{\"id\": %d, \"cu\": %d, \"dot\": %s, \"upd\": %s, \"time\": %s}\n"
                        .formatted(unit.id(), unit.cu(), unit.dotSeconds(), unit.updSeconds(), unit.timeSeconds()));
            }
            text.append("wall_time:").append(repeats.get(repeat).wallSeconds()).append(" \n");
        }
        return text.toString();
    }

    /**
     * Reads a file.
     *
     * @throws InvalidInputException if it can't be read, or is no such file
     */
    public static OctoRayFile read(Path file) {
        Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
        if (!name.matches()) {
            throw new InvalidInputException(
                    ErrorCode.OCTORAY_FORMAT,
                    file + ": not named NODES_POINTS_CUS.txt, such as 2_1000_1.txt",
                    "rename the file");
        }
        int nodes = Integer.parseInt(name.group(1));
        int unitsPerNode = Integer.parseInt(name.group(3));
        long units = (long) nodes * unitsPerNode;
        if (units > MAX_UNITS) {
            throw new InvalidInputException(
                    ErrorCode.OCTORAY_FORMAT,
                    "%s: is of %d units by its name, at most %d are read".formatted(file, units, MAX_UNITS),
                    "rename the file");
        }
        List<Repeat> repeats = new Reader(file, lines(file), (int) units).repeats();
        return new OctoRayFile(nodes, Long.parseLong(name.group(2)), unitsPerNode, repeats);
    }

    private static List<String> lines(Path file) {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new InvalidInputException(ErrorCode.FILE_NOT_READABLE, file + ": is not a plain file", "name one");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new InvalidInputException(
                        ErrorCode.OCTORAY_FORMAT,
                        file + ": more than " + MAX_BYTES + " bytes, which are the limit",
                        "is it the right file?");
            }
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return text.toString().lines().toList();
        } catch (CharacterCodingException e) {
            throw new InvalidInputException(
                    ErrorCode.OCTORAY_FORMAT, file + ": is not text in UTF-8", "is it the right file?");
        } catch (NoSuchFileException e) {
            throw new InvalidInputException(ErrorCode.FILE_NOT_FOUND, file + ": no such file", "check the path");
        } catch (IOException e) {
            throw new InvalidInputException(
                    ErrorCode.FILE_NOT_READABLE, file + ": can't be read: " + e.getMessage(), "check the path");
        }
    }

    private static final class Reader {
        private final Path file;
        private final List<String> lines;
        private final int units;

        Reader(Path file, List<String> lines, int units) {
            this.file = file;
            this.lines = lines;
            this.units = units;
        }

        List<Repeat> repeats() {
            List<Repeat> repeats = new ArrayList<>();
            List<Unit> ofRepeat = new ArrayList<>();
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i).strip();
                if (line.isEmpty()) {
                    continue;
                }
                Matcher first = FIRST.matcher(line);
                Matcher wall = WALL.matcher(line);
                if (wall.matches()) {
                    if (ofRepeat.size() != units) {
                        throw wrong(i, "%d units before it, the name says %d".formatted(ofRepeat.size(), units));
                    }
                    repeats.add(new Repeat(ofRepeat, seconds(i, "wall_time", wall.group(1))));
                    ofRepeat.clear();
                } else if (first.matches() == ofRepeat.isEmpty()) {
                    ofRepeat.add(unit(i, first.matches() ? first.group(1) : line));
                } else {
                    throw wrong(i, "a repeat begins with its number and a colon, and ends with wall_time");
                }
            }
            if (repeats.isEmpty() || !ofRepeat.isEmpty()) {
                throw wrong(Math.max(0, lines.size() - 1), "the file ends without wall_time");
            }
            return repeats;
        }

        private Unit unit(int line, String json) {
            JsonNode node;
            try {
                node = READER.readTree(json);
            } catch (JsonProcessingException e) {
                throw wrong(
                        line,
                        e instanceof MismatchedInputException
                                ? "something follows the object"
                                : "not valid JSON: " + Messages.shortened(e.getOriginalMessage(), SHOWN_CHARACTERS));
            }
            return new Unit(
                    whole(line, node, "id"),
                    whole(line, node, "cu"),
                    seconds(line, "dot", number(line, node, "dot").asText()),
                    seconds(line, "upd", number(line, node, "upd").asText()),
                    seconds(line, "time", number(line, node, "time").asText()));
        }

        private int whole(int line, JsonNode node, String key) {
            JsonNode number = number(line, node, key);
            if (!number.canConvertToInt() || !number.canConvertToExactIntegral() || number.intValue() < 1) {
                throw wrong(
                        line,
                        "%s = %s: must be a whole number from 1 to %d"
                                .formatted(
                                        key, Messages.shortened(number.asText(), SHOWN_CHARACTERS), Integer.MAX_VALUE));
            }
            return number.intValue();
        }

        private JsonNode number(int line, JsonNode node, String key) {
            if (!node.path(key).isNumber()) {
                throw wrong(line, key + ": must be there, as a number");
            }
            return node.get(key);
        }

        private double seconds(int line, String key, String text) {
            try {
                double seconds = Double.parseDouble(text);
                if (seconds >= 0 && seconds < Double.POSITIVE_INFINITY) {
                    return seconds;
                }
            } catch (NumberFormatException e) {
                // As a number that is none of a time.
            }
            throw wrong(
                    line,
                    "%s = %s: must be a time in seconds".formatted(key, Messages.shortened(text, SHOWN_CHARACTERS)));
        }

        private InvalidInputException wrong(int line, String what) {
            return new InvalidInputException(
                    ErrorCode.OCTORAY_FORMAT, "%s: line %d: %s".formatted(file, line + 1, what), "correct the file");
        }
    }
}
