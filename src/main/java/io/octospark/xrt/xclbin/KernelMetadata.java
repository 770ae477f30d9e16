package io.octospark.xrt.xclbin;

import io.octospark.xrt.xclbin.KernelArgument.Kind;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Reads the kernels and their arguments from the XML of the section EMBEDDED_METADATA. */
final class KernelMetadata {
    static final int MAX_ARGUMENTS = 256;

    private static final List<String> PATH = List.of("project", "platform", "device", "core", "kernel");

    private final XMLStreamReader xml;
    private final Map<String, List<KernelArgument>> kernels = new LinkedHashMap<>();

    private KernelMetadata(XMLStreamReader xml) {
        this.xml = xml;
    }

    /** What is wrong with the XML; the reader adds file, section and remedy. */
    static final class MetadataException extends Exception {
        private static final long serialVersionUID = 1L;

        MetadataException(String problem) {
            super(problem);
        }
    }

    /** Returns the arguments of each kernel, by kernel; no argument has banks yet. */
    static Map<String, List<KernelArgument>> read(String text) throws MetadataException {
        // The JDK's own parser, not another one on the class path. It streams, so that deep nesting costs no tree.
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        try {
            XMLStreamReader xml = factory.createXMLStreamReader(new StringReader(text));
            try {
                KernelMetadata metadata = new KernelMetadata(xml);
                metadata.readKernels();
                return metadata.kernels;
            } finally {
                xml.close();
            }
        } catch (XMLStreamException e) {
            throw new MetadataException("line %d, column %d: not well-formed XML"
                    .formatted(
                            e.getLocation() == null ? 1 : e.getLocation().getLineNumber(),
                            e.getLocation() == null ? 1 : e.getLocation().getColumnNumber()));
        }
    }

    private void readKernels() throws XMLStreamException, MetadataException {
        int depth = 0;
        int matched = 0; // how many of the open elements are the path to a kernel
        String kernel = "";
        SortedMap<Integer, KernelArgument> arguments = new TreeMap<>();
        while (xml.hasNext()) {
            switch (xml.next()) {
                case XMLStreamConstants.DTD -> throw problem("a DOCTYPE, which is not read");
                case XMLStreamConstants.START_ELEMENT -> {
                    String element = xml.getLocalName();
                    if (depth == PATH.size() && matched == depth && element.equals("arg")) {
                        readArgument(kernel, arguments);
                    }
                    if (matched == depth && depth < PATH.size() && element.equals(PATH.get(depth))) {
                        matched++;
                        if (matched == PATH.size()) {
                            kernel = attribute("name");
                            arguments.clear();
                        }
                    }
                    depth++;
                }
                case XMLStreamConstants.END_ELEMENT -> {
                    if (depth == PATH.size() && matched == depth) {
                        add(kernel, arguments);
                    }
                    depth--;
                    matched = Math.min(matched, depth);
                }
                default -> {}
            }
        }
    }

    private void add(String kernel, SortedMap<Integer, KernelArgument> arguments) throws MetadataException {
        // XRT refuses gaps too, but only when the kernel is opened.
        if (!arguments.isEmpty() && arguments.lastKey() != arguments.size() - 1) {
            throw problem("kernel %s has argument ids %s, they must be 0, 1, 2, ... without gaps"
                    .formatted(XclbinFormat.shown(kernel), arguments.keySet()));
        }
        if (kernels.put(kernel, new ArrayList<>(arguments.values())) != null) {
            throw problem("kernel %s stands there twice".formatted(XclbinFormat.shown(kernel)));
        }
    }

    private void readArgument(String kernel, SortedMap<Integer, KernelArgument> arguments) throws MetadataException {
        if (attribute("id").isBlank()) {
            return; // not settable, such as the work sizes of OpenCL kernels
        }
        String name = attribute("name");
        int id = number("id", MAX_ARGUMENTS - 1);
        int size = number("size", Integer.MAX_VALUE);
        Kind kind =
                switch (number("addressQualifier", Integer.MAX_VALUE)) {
                    case 0 -> Kind.SCALAR;
                    case 1, 2 -> Kind.BUFFER; // global, constant
                    default -> Kind.OTHER;
                };
        String type = xml.getAttributeValue(null, "type");
        KernelArgument argument = new KernelArgument(
                id,
                XclbinFormat.printable(name),
                kind,
                XclbinFormat.printable(type == null ? "" : type),
                size,
                List.of());
        if (arguments.putIfAbsent(id, argument) != null) {
            throw problem("kernel %s has two arguments with id %d".formatted(XclbinFormat.shown(kernel), id));
        }
    }

    private String attribute(String name) throws MetadataException {
        String value = xml.getAttributeValue(null, name);
        if (value == null) {
            throw problem("<%s> has no attribute %s".formatted(XclbinFormat.printable(xml.getLocalName()), name));
        }
        return value;
    }

    /** A number as C's stoul reads it: decimal, 0x hexadecimal or octal; 0 if there is none. */
    private int number(String name, int max) throws MetadataException {
        String text = attribute(name);
        try {
            long value = text.isBlank() ? 0 : Long.decode(text.strip());
            if (value >= 0 && value <= max) {
                return (int) value;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw problem("%s = %s, it must be a whole number from 0 to %d".formatted(name, XclbinFormat.shown(text), max));
    }

    private MetadataException problem(String problem) {
        return new MetadataException("line %d: %s".formatted(xml.getLocation().getLineNumber(), problem));
    }
}
