package io.octospark.xrt;

import io.octospark.error.ErrorCode;
import java.util.List;

/**
 * One compute unit of a card, opened by {@link XrtDevice#openKernel} for this process alone. Makes runs, and buffers in the
 * memory banks that its arguments are connected to. Safe for use by several threads.
 */
public final class XrtKernel implements AutoCloseable {
    private final XrtLibrary library;
    private final long device;
    private final NativeResource resource;
    private final XrtTarget target;
    private final List<XrtArgument> arguments;
    /** The memory group of each argument. */
    private final int[] groups;

    private XrtKernel(
            XrtLibrary library,
            long device,
            NativeResource resource,
            XrtTarget target,
            List<XrtArgument> arguments,
            int[] groups) {
        this.library = library;
        this.device = device;
        this.resource = resource;
        this.target = target;
        this.arguments = arguments;
        this.groups = groups;
        resource.reportLeakOf(this);
    }

    static XrtKernel opened(
            XrtLibrary library,
            long device,
            NativeResource card,
            XrtTarget target,
            long handle,
            List<XrtArgument> arguments) {
        NativeResource resource = card.child(
                NativeResource.Kind.KERNEL,
                handle,
                "the kernel",
                target,
                (kernel, lastCall) ->
                        NativeResource.released(target, "xrtKernelClose", library.xrtKernelClose(kernel)));
        try {
            int[] groups = new int[arguments.size()];
            for (int i = 0; i < groups.length; i++) {
                groups[i] = group(library, target, handle, arguments.get(i), i);
            }
            return new XrtKernel(library, device, resource, target, List.copyOf(arguments), groups);
        } catch (RuntimeException e) {
            resource.close();
            throw e;
        }
    }

    private static int group(XrtLibrary library, XrtTarget target, long kernel, XrtArgument argument, int index) {
        int group = library.xrtKernelArgGroupId(kernel, index);
        if (group < 0) {
            throw target.failure(
                    ErrorCode.XRT_MISUSE,
                    "xrtKernelArgGroupId",
                    "not a buffer argument of the kernel: " + index + " (" + argument.name() + ")",
                    "give the arguments that the xclbin lists");
        }
        return group;
    }

    /** Returns the arguments, in the kernel's order. */
    public List<XrtArgument> arguments() {
        return arguments;
    }

    /** Returns the memory group of an argument, as XRT numbers them. */
    public int group(int argument) {
        argument("xrtKernelArgGroupId", argument);
        return groups[argument];
    }

    /**
     * Allocates memory on the card and on the host for an argument. The host's side is filled with zeros; the card's side
     * has no contents yet, and a card may raise an error if it is read before something was sent.
     */
    public XrtBuffer allocate(int argument, long bytes) {
        long least = Math.max(1, argument("xrtBOAlloc", argument).minimumBytes());
        if (bytes < least || bytes > Integer.MAX_VALUE) {
            throw target.failure(
                    ErrorCode.XRT_MISUSE,
                    "xrtBOAlloc",
                    "bytes of a buffer for argument " + described(argument),
                    bytes,
                    least + " to " + Integer.MAX_VALUE,
                    "allocate what the design needs, in several buffers where it is more");
        }
        return resource.use(
                "xrtBOAlloc",
                kernel -> XrtBuffer.allocated(library, device, resource, target, (int) bytes, groups[argument]));
    }

    /** Opens a run, which executes the kernel any number of times. */
    public XrtRun openRun() {
        return resource.use("xrtRunOpen", kernel -> {
            long handle = library.xrtRunOpen(kernel);
            if (handle == XrtLibrary.NULL) {
                throw target.failure(
                        ErrorCode.UNIT_NOT_STARTED, "xrtRunOpen", "no run", "see standard error for XRT's reason");
            }
            return XrtRun.opened(library, this, resource, target, handle);
        });
    }

    /** Closes the unit, its runs and the buffers allocated for it. */
    @Override
    public void close() {
        resource.close();
    }

    /** Returns the argument's index with its name, for messages. */
    String described(int argument) {
        return argument + " (" + arguments.get(argument).name() + ")";
    }

    /** Refuses an index that the kernel does not have. */
    XrtArgument argument(String call, int index) {
        if (index < 0 || index >= arguments.size()) {
            throw target.failure(
                    ErrorCode.XRT_MISUSE,
                    call,
                    "no such argument of the kernel",
                    index,
                    "0 to " + (arguments.size() - 1),
                    "count arguments from 0");
        }
        return arguments.get(index);
    }
}
