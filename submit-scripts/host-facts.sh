#!/usr/bin/env bash
# Prints the facts about a host that matter to a worker, one line `octospark:KEY=VALUE` each. It changes nothing on the host.
# `octospark check --cluster` sends this script to bash on the host, after lines that set
#   dir         OctoSpark's folder
#   xrt         script that sets up the Xilinx Runtime, or empty
#   library     library of the Xilinx Runtime, a name or a path
#   bitstreams  array of files to look for
# and that export the variables that start-cluster.sh passes on. If a fact has no line, the host lacks it. The last line,
# octospark:end=yes, shows that the script has looked for everything.
# shellcheck disable=SC2154 # variables set by the lines before

fact() {
    [[ ! $2 ]] || printf 'octospark:%s=%s\n' "$1" "${2//$'\n'/ }"
}

java_facts() {
    local java
    # Same rule as in cluster-process: the variable may come from another host.
    [[ -x ${JAVA_HOME-}/bin/java ]] && java=$JAVA_HOME/bin/java || java=$(command -v java) || return
    fact java "$java"
    fact java_version "$("$java" -version 2>&1 | sed -nE 's/.* version "(1\.)?([0-9]+).*/\2/p')"
}

octospark_facts() {
    local build=${OCTOSPARK_BUILD:-target} jar
    [[ -x submit-scripts/cluster-process ]] || return
    fact octospark "$PWD"
    [[ $build == /* ]] || build=$PWD/$build
    fact spark_home "${SPARK_HOME:-$build/spark-runtime}"
    for jar in "${SPARK_HOME:-$build/spark-runtime}"/jars/spark-core_*.jar; do
        [[ ! -f $jar ]] || fact spark_core "${jar##*/}"
    done
    fact cards "$(OCTOSPARK_FPGA_UNITS=1 submit-scripts/discover-fpga.sh)"
}

# Prints the first path at which the linker would find the library.
find_library() {
    local folder folders
    if [[ $library == */* ]]; then
        [[ ! -r $library ]] || echo "$library"
        return
    fi
    IFS=: read -r -a folders <<<"${LD_LIBRARY_PATH-}"
    for folder in "${folders[@]}"; do
        [[ ! -r $folder/$library ]] || {
            echo "$folder/$library"
            return
        }
    done
    PATH=$PATH:/usr/sbin:/sbin ldconfig -p 2>/dev/null | awk -v name="$library" '$1 == name { print $NF; exit }'
}

# Runs in a subshell, so the set-up script cannot affect this one.
xrt_facts() (
    if [[ $xrt ]]; then
        [[ -r $xrt ]] || return
        fact xrt_setup_begun yes
        # shellcheck source=/dev/null
        source "$xrt" >/dev/null
        fact xrt_setup_ended yes
    fi
    fact xrt_home "${XILINX_XRT-}"
    fact xrt_library "$(find_library)"
)

facts() {
    local bitstream
    fact user "$(id -un)"
    fact system "$(uname -srm)"
    java_facts
    ! cd -- "$dir" 2>/dev/null || octospark_facts
    for bitstream in "${bitstreams[@]}"; do
        [[ ! -f $bitstream || ! -r $bitstream ]] || fact bitstream "$bitstream"
    done
    # Last, because the set-up script may never end.
    xrt_facts
    fact end yes
}

# The shell reads this script from standard input, so no command in it may read from there.
facts </dev/null
