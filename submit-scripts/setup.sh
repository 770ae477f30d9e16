#!/usr/bin/env bash
# Provides what building and running OctoSpark needs: JDK 17, Maven, g++, make, git. Installs what is missing with apt-get, as
# root or by a sudo that asks for no password; where that is not possible says what to install, and fails.
# With octospark_tests=yes also what the tests need: the Xilinx Runtime, whose noop driver works without a card, ssh with
# its server, which tests of clusters start for themselves, and Chromium with a font, which shows reports.
# Sourced, it exports the JAVA_HOME of the JDK 17 as well, whichever java is the default.

octospark_jdk17() {
    local javac home
    javac=$(command -v javac) && javac=$(readlink -f "$javac")
    for home in "${JAVA_HOME-}" "${javac%/bin/javac}" /usr/lib/jvm/*; do
        if [[ -x $home/bin/javac ]] && grep -qs '^JAVA_VERSION="17[."]' "$home/release"; then
            echo "$home"
            return
        fi
    done
}

octospark_missing() {
    [[ $(octospark_jdk17) ]] || echo openjdk-17-jdk-headless
    command -v mvn >/dev/null || compgen -G "$HOME/.m2/wrapper/dists/apache-maven-*/bin/mvn" >/dev/null || echo maven
    command -v g++ >/dev/null || echo g++
    command -v make >/dev/null || echo make
    command -v git >/dev/null || echo git
    [[ ${octospark_tests-} ]] || return 0
    compgen -G '/usr/lib/*/libxrt_noop.so.2' >/dev/null || echo libxrt1
    [[ -x /usr/sbin/sshd ]] || echo openssh-server
    command -v ssh >/dev/null || echo openssh-client
    command -v chromium >/dev/null || echo chromium
    compgen -G '/usr/share/fonts/*/*' >/dev/null || echo fonts-dejavu-core
}

octospark_setup() {
    local missing sudo=()
    mapfile -t missing < <(octospark_missing)
    if ((${#missing[@]})); then
        ((EUID == 0)) || sudo=(sudo -n)
        if command -v apt-get >/dev/null && "${sudo[@]}" true 2>/dev/null; then
            echo "setup: installing ${missing[*]}" >&2
            "${sudo[@]}" apt-get -qq update >&2 || true
            "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
                apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null || true
            mapfile -t missing < <(octospark_missing)
        fi
    fi
    if ((${#missing[@]})); then
        echo "setup: install first (names of Debian packages): ${missing[*]}" >&2
        return 1
    fi
    # Root's ssh server does not start without this folder, which the system's own makes at its start.
    [[ ! ${octospark_tests-} ]] || ((EUID)) || mkdir -p /run/sshd
    JAVA_HOME=$(octospark_jdk17)
    export JAVA_HOME
}

octospark_setup
