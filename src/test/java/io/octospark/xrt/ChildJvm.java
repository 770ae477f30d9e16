package io.octospark.xrt;

import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.xrt.emulator.EmulatedDesign;
import io.octospark.xrt.emulator.EmulatedLibrary;
import java.io.File;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * Runs every test of a class in a JVM of its own, in a new folder; those of {@link LibraryTests} with the environment that
 * the library under test wants. The test is passed when that JVM ends by itself with exit code 0, which it does only when nothing
 * native is left in a state that XRT's static destructors trip over.
 */
final class ChildJvm implements InvocationInterceptor {
    /** What a test wants of its JVM. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    @interface Wants {
        /** Environment variables, as NAME=VALUE, or NAME to unset it. */
        String[] environment() default {};

        /** How long an execution takes on the card. */
        int runMillis() default 0;

        /** How many such JVMs at the same time; each finds its number in {@link #NUMBER}. */
        int processes() default 1;

        /** Options of the JVM, which win over the usual ones. */
        String[] jvm() default {};

        /** Lines that are logged once each, as regular expressions. Of others none, but for what is never closed. */
        String[] logs() default {};
    }

    private static final Pattern NEEDED = Pattern.compile(
            "/(jna|slf4j-api|log4j-[^/]*|junit-jupiter-api|assertj-core|byte-buddy|opentest4j)-[0-9][^/]*$");

    /** What such a JVM prints, in its folder. */
    static final String OUTPUT = "output.txt";

    /** The system property with the number of such a JVM among its test's, from 0. */
    static final String NUMBER = "octospark.test.number";

    /** Variables of the libraries under test, which a developer may have set. */
    private static final Pattern INHERITED = Pattern.compile("XILINX_XRT|XCL_EMULATION_MODE|OCTOSPARK_EMU_.*");

    /**
     * The class path in one file, as archives of classes want it, and such an archive of what the first of these JVMs has
     * loaded: the others start in half the time.
     */
    private static final Path CLASSES = EmulatedLibrary.buildFolder()
            .resolve("child-jvm-" + ProcessHandle.current().pid() + ".jar");

    private static final Path ARCHIVE = Path.of(CLASSES + ".jsa");

    private static final int LIMIT_SECONDS = 120;
    private static final Pattern LOGGED = Pattern.compile("ERROR NativeResource: (.*)");

    private record Child(Process process, Path output) {}

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> context, ExtensionContext extension)
            throws Throwable {
        invocation.skip();
        Object tests = extension.getRequiredTestInstance();
        Method test = context.getExecutable();
        Wants wants = test.getAnnotation(Wants.class);
        int processes = wants == null ? 1 : wants.processes();
        Path folder = Files.createTempDirectory("octospark-xrt");
        List<Child> children = new ArrayList<>();
        try {
            for (int i = 0; i < processes; i++) {
                children.add(start(i, Files.createDirectory(folder.resolve("child" + i)), tests, test, wants));
            }
            for (Child child : children) {
                boolean ended = child.process().waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
                String output = Files.readString(child.output());
                assertThat(ended).as("ended in time: %s", output).isTrue();
                assertThat(child.process().exitValue()).as(output).isZero();
                assertLogged(output, wants == null ? new String[0] : wants.logs());
            }
        } finally {
            children.forEach(child -> child.process().destroyForcibly());
            delete(folder);
        }
    }

    private static Child start(int number, Path folder, Object tests, Method test, Wants wants) throws IOException {
        archive();
        // It runs elsewhere, but with what was built here.
        List<String> command = new ArrayList<>(java());
        command.add("-XX:SharedArchiveFile=" + ARCHIVE);
        if (wants != null) {
            command.addAll(List.of(wants.jvm()));
        }
        command.add("-D" + NUMBER + "=" + number);
        command.addAll(List.of(ChildJvm.class.getName(), tests.getClass().getName(), test.getName()));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        Path output = folder.resolve(OUTPUT);
        builder.redirectErrorStream(true).redirectOutput(output.toFile());
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> INHERITED.matcher(name).matches());
        if (tests instanceof LibraryTests libraryTests) {
            environment.putAll(libraryTests.environment(folder, wants == null ? 0 : wants.runMillis()));
        }
        for (String variable : wants == null ? new String[0] : wants.environment()) {
            int equals = variable.indexOf('=');
            if (equals < 0) {
                environment.remove(variable);
            } else {
                environment.put(variable.substring(0, equals), variable.substring(equals + 1));
            }
        }
        return new Child(builder.start(), output);
    }

    /** Makes the archive before the first test of this JVM. */
    private static synchronized void archive() throws IOException {
        if (Files.exists(CLASSES)) {
            return;
        }
        CLASSES.toFile().deleteOnExit();
        ARCHIVE.toFile().deleteOnExit();
        List<String> jar = new ArrayList<>(List.of("--create", "--no-compress", "--file=" + CLASSES));
        for (String entry : entries()) {
            if (!entry.endsWith(".jar")) {
                jar.addAll(List.of("-C", entry, "."));
            }
        }
        assertThat(ToolProvider.findFirst("jar").orElseThrow().run(System.out, System.err, jar.toArray(String[]::new)))
                .isZero();
        List<String> command = new ArrayList<>(java());
        command.addAll(List.of("-XX:ArchiveClassesAtExit=" + ARCHIVE, ChildJvm.class.getName()));
        new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .onExit()
                .join();
    }

    /** Without Spark and what comes with it. */
    private static List<String> entries() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry ->
                        !entry.endsWith(".jar") || NEEDED.matcher(entry).find())
                .toList();
    }

    private static List<String> java() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xlog:disable",
                "-Xlog:all=error:stderr",
                "-D" + EmulatedLibrary.BUILD_FOLDER + "=" + EmulatedLibrary.buildFolder(),
                "-D" + EmulatedDesign.PROJECT_FOLDER + "=" + EmulatedDesign.projectFolder(),
                "-cp",
                Stream.concat(Stream.of(CLASSES.toString()), entries().stream().filter(entry -> entry.endsWith(".jar")))
                        .collect(Collectors.joining(File.pathSeparator)));
    }

    private static void assertLogged(String output, String[] expected) {
        List<String> lines = output.lines()
                .map(LOGGED::matcher)
                .filter(line -> line.find())
                .map(line -> line.group(1))
                .toList();
        for (String pattern : expected) {
            assertThat(lines)
                    .filteredOn(line -> line.matches(pattern))
                    .as(output)
                    .hasSize(1);
        }
        // Tests may leave something for the end of their JVM, and the collector may come before.
        assertThat(lines).filteredOn(line -> !line.contains(": never closed: ")).allSatisfy(line -> assertThat(expected)
                .anyMatch(line::matches));
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Runs one test: its class and method. Without them only loads the classes that most tests need. */
    public static void main(String[] args) throws Exception {
        if (args.length == 0) {
            assertThat(List.of("a")).as("lists").containsExactly("a");
            Xrt.standIn(EmulatedLibrary.file(), Map.of()).open(0).close();
            return;
        }
        try {
            Constructor<?> constructor = Class.forName(args[0]).getDeclaredConstructor();
            constructor.setAccessible(true);
            Method test = method(constructor.getDeclaringClass(), args[1]);
            test.setAccessible(true);
            test.invoke(constructor.newInstance());
        } catch (InvocationTargetException e) {
            e.getCause().printStackTrace();
            System.exit(1);
        }
    }

    private static Method method(Class<?> type, String name) throws NoSuchMethodException {
        try {
            return type.getDeclaredMethod(name);
        } catch (NoSuchMethodException e) {
            if (type.getSuperclass() == null) {
                throw e;
            }
            return method(type.getSuperclass(), name);
        }
    }
}
