#!/usr/bin/env bash
# Functions that start-cluster.sh and stop-cluster.sh share. They set `me` to their name and source this file.
# shellcheck disable=SC2034,SC2154 # variables of the sourcing script

say() {
    echo "$me: $*" >&2
}

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
root=$(dirname "$here")
webui=${OCTOSPARK_WEBUI_PORT:-8080}
hosts=()

# Sets a variable for each column of `octospark hosts` from one line of its CSV.
read_columns() {
    local line=$1, fields=() field='^("([^"]|"")*"|([^",][^,]*)?),'
    while [[ $line =~ $field ]]; do
        line=${line:${#BASH_REMATCH[0]}}
        fields+=("${BASH_REMATCH[1]}")
        if [[ ${BASH_REMATCH[1]} == \"* ]]; then
            fields[-1]=${fields[-1]:1:-1}
            fields[-1]=${fields[-1]//\"\"/\"}
        fi
    done
    host=${fields[0]} ssh_port=${fields[1]} user=${fields[2]} key=${fields[3]} xrt=${fields[4]} dir=${fields[5]:-$root}
    units=${fields[6]} cores=${fields[7]} memory=${fields[8]} bitstream=${fields[9]} master=${fields[10]}
}

# Reads the cluster file: sets `hosts`, one line per host, and the master's host and port.
read_cluster() {
    [[ $# == 1 && ${1-} != -* ]] || {
        say "usage: $me.sh CLUSTER_FILE"
        exit 2
    }
    local csv
    csv=$("$here/octospark" hosts --cluster "$1" --format csv)
    mapfile -t hosts < <(tail -n +2 <<<"$csv")
    mapfile -t -d '' ssh_options < <(xargs -r printf '%s\0' 2>/dev/null <<<"${OCTOSPARK_SSH_OPTS-}")
    wait "$!" || {
        say "OCTOSPARK_SSH_OPTS has an unmatched quote; correct the variable"
        exit 2
    }
    read_columns "${hosts[0]}"
    scheduler=${master#spark://}
    port=${scheduler##*:} scheduler=${scheduler%:*}
}

# Runs a command of cluster-process on the host of read_columns and repeats each line of its output. Sets output.
on_host() {
    local code=0 script variable
    script=$(
        printf 'cd -- %q 2>/dev/null && [[ -x submit-scripts/cluster-process ]] ||\n' "$dir"
        printf '{ echo no OctoSpark in %q\\; install and build it there >&2; exit 1; }\n' "$dir"
        for variable in JAVA_HOME SPARK_HOME OCTOSPARK_BUILD OCTOSPARK_RUN OCTOSPARK_FPGA_UNITS "${!OCTOSPARK_EMU_@}"; do
            [[ ! ${!variable-} ]] || printf 'export %s=%q\n' "$variable" "${!variable}"
        done
        printf 'exec submit-scripts/cluster-process'
        printf ' %q' "$@"
    )
    local login=(-p "$ssh_port") to=${user:+$user@}$host
    [[ ! $key ]] || login+=(-i "$key")
    output=$(ssh -o BatchMode=yes -o ConnectTimeout=10 ${key:+-o IdentitiesOnly=yes} "${login[@]}" "${ssh_options[@]}" \
        -- "$to" bash -s <<<"$script" 2>&1) || code=$?
    repeat "$host"
    ((code != 255)) ||
        say "$host: ssh cannot log in; allow login without a password: ssh-copy-id$(printf ' %q' "${login[@]}") ${user:-$(id -un)}@$host"
    return "$code"
}

# Runs on_host on the master's host, or without ssh if that is this machine.
on_scheduler() {
    local code=0 address line own
    own=" $(hostname -I 2>/dev/null || true) "
    for address in $(getent ahosts "$scheduler" | cut -d ' ' -f 1 | sort -u); do
        if [[ $address == 127.* || $address == ::1 || $own == *" $address "* ]]; then
            output=$("$here/cluster-process" "$@" 2>&1) || code=$?
            repeat "$scheduler"
            return "$code"
        fi
    done
    read_columns "${hosts[0]}"
    for line in "${hosts[@]}"; do
        [[ ${line%%,*} != "$scheduler" ]] || read_columns "$line"
    done
    host=$scheduler
    on_host "$@"
}

# Prints the output of a host without control characters, which a terminal would interpret.
repeat() {
    local line
    while read -r line; do
        [[ ! $line ]] || say "$1: ${line//[[:cntrl:]]/?}"
    done <<<"$output"
}
