package io.octospark.xrt;

import com.sun.jna.Memory;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A library that does nothing, answers what a test wants, and remembers the calls. */
final class FakeLibrary implements InvocationHandler {
    private static final long MAPPED_BYTES = 1 << 16;

    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, Object> answers = new HashMap<>();
    private byte[] uuid = new byte[0];
    private long handles;

    /** The answer of a function from now on. */
    FakeLibrary answer(String function, Object answer) {
        answers.put(function, answer);
        return this;
    }

    /** The UUID of the xclbin on the card. */
    FakeLibrary uuid(byte[] bytes) {
        uuid = bytes.clone();
        return this;
    }

    XrtLibrary library() {
        return (XrtLibrary)
                Proxy.newProxyInstance(FakeLibrary.class.getClassLoader(), new Class<?>[] {XrtLibrary.class}, this);
    }

    /** The functions called since this was last asked. */
    List<String> calls() {
        List<String> result = List.copyOf(calls);
        calls.clear();
        return result;
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] args) {
        calls.add(method.getName());
        if (method.getName().equals("xrtDeviceGetXclbinUUID")) {
            System.arraycopy(uuid, 0, (byte[]) args[1], 0, uuid.length);
        }
        if (answers.containsKey(method.getName())) {
            return answers.get(method.getName());
        }
        if (method.getName().startsWith("xrtRunWait")) {
            return XrtLibrary.STATE_COMPLETED;
        }
        if (method.getReturnType() == long.class) {
            handles++;
            return handles;
        }
        return method.getReturnType() == int.class ? (Object) XrtLibrary.OK : new Memory(MAPPED_BYTES);
    }
}
