#!/usr/bin/env bash
# Installs the packages that building and running OctoSpark needs: JDK 17, Maven, g++, make, git. It installs missing packages
# with apt-get, as root or with a sudo that asks for no password. If that is not possible, it lists the missing packages and
# fails.
# With octospark_tests=yes it also installs the packages for the tests:
#   the Xilinx Runtime, whose noop driver works without a card
#   ssh and its server, which the cluster tests start themselves
#   Chromium and a font, to show reports
# When sourced, it also exports the JAVA_HOME of JDK 17, even if another java is the default.

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
        echo "setup: missing Debian packages: ${missing[*]}; install them first" >&2
        return 1
    fi
    # Root's ssh server needs this folder, which the system's ssh service would otherwise create when it starts.
    [[ ! ${octospark_tests-} ]] || ((EUID)) || mkdir -p /run/sshd
    JAVA_HOME=$(octospark_jdk17)
    export JAVA_HOME
}

octospark_setup
