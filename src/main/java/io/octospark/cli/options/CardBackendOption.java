package io.octospark.cli.options;

import io.octospark.compute.xrt.XrtBackend;
import io.octospark.config.AcceleratorSettings;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The option {@code --backend} of commands that work only with cards. */
public final class CardBackendOption {
    /** Converter for the names of the card backends. */
    public static final class KeyConverter implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            return Stream.of(XrtBackend.KEY, XrtBackend.EMULATED_KEY)
                    .filter(text::equalsIgnoreCase)
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException(
                            "--backend = " + text + ": must be xrt or xrt-emulated; correct the value"));
        }
    }

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            defaultValue = XrtBackend.KEY,
            converter = KeyConverter.class,
            description = "Kind of cards: xrt (FPGA cards through the Xilinx Runtime) or xrt-emulated (emulated cards)."
                    + " Default: ${DEFAULT-VALUE}.")
    private String key;

    public boolean emulated() {
        return key.equals(XrtBackend.EMULATED_KEY);
    }

    public XrtBackend backend(AcceleratorSettings settings) {
        return emulated() ? XrtBackend.emulated(settings) : XrtBackend.ofHost(settings);
    }
}
