package io.octospark.error;

import java.util.regex.Pattern;

/** Passwords in URIs, as in {@code ftp://user:password@host/}: they are neither accepted, nor stored, nor shown. */
public final class UriPasswords {
    /**
     * User and password between {@code ://} and {@code @}; the password may have slashes and an @ in it, but what looks like a
     * port is none. Bounded, so that the time for hostile text grows with its length only.
     */
    private static final Pattern USER_AND_PASSWORD =
            Pattern.compile("(://)[^/\\s:@]{0,100}:(?!\\d{1,5}[/,])\\S{1,300}@");

    /** What is wrong with a URI that has one. */
    public static final String REFUSAL = "holds a password";

    /** What to do about it. */
    public static final String REMEDY = "remove it from the URI and give it to Hadoop in its core-site.xml";

    private UriPasswords() {}

    /** Whether a path or URI has one. */
    public static boolean isIn(String uri) {
        return USER_AND_PASSWORD.matcher(uri).find();
    }

    /**
     * Makes sure that a path or URI has none.
     *
     * @param key where it was given, for the message
     * @return the URI
     * @throws InvalidInputException that does not show it, if it has one
     */
    public static String requireNone(String key, String uri) {
        if (isIn(uri)) {
            throw new InvalidInputException(ErrorCode.SECRET_GIVEN, key + ": " + REFUSAL, REMEDY);
        }
        return uri;
    }

    /** A text with three asterisks in the place of users with passwords. */
    public static String hidden(String text) {
        return text.contains("://") ? USER_AND_PASSWORD.matcher(text).replaceAll("$1***@") : text;
    }
}
