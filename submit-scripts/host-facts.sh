#!/usr/bin/env bash
# Prints what a worker would find on a host, a line `octospark:KEY=VALUE` for each fact, and changes nothing there.
# `octospark check --cluster` sends it to the bash of a host, after lines that set
#   dir         OctoSpark's folder
#   xrt         script that sets up the Xilinx Runtime, or empty
#   library     library of the Xilinx Runtime, a name or a path
#   bitstreams  array of files to look for
# and that export what start-cluster.sh passes on. What there is no line about is not there. The last line says that all
# has been looked at.
# shellcheck disable=SC2154 # variables that were set before

fact() {
    [[ ! $2 ]] || printf 'octospark:%s=%s\n' "$1" "${2//$'\n'/ }"
}

java_facts() {
    local java
    # As cluster-process does: the variable may come from another host.
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

# The first place where the linker would find the library.
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

# In a shell of its own: the set-up script may do there what it likes.
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
    # Last, because it may be endless.
    xrt_facts
    fact end yes
}

# The shell reads these lines from its standard input; nothing else may.
facts </dev/null
