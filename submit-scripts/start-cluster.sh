#!/usr/bin/env bash
# Starts Spark's master, and a worker on each host of a cluster file:
#   start-cluster.sh CLUSTER_FILE
# It uses ssh without passwords and waits until all workers have registered. If one fails to start, it stops the others again.
# stop-cluster.sh CLUSTER_FILE stops them all. docs/configuration.md describes the file, docs/clusters.md the needs of a host.
# Environment, all optional:
#   OCTOSPARK_SSH_OPTS    more options for ssh, quoted as in a shell
#   OCTOSPARK_WEBUI_PORT  port of the master's web page, default 8080
# The following apply to all hosts:
#   OCTOSPARK_RUN         folder for pid files, logs and the workers' files, default run in OctoSpark's folder
#   OCTOSPARK_BUILD       build folder, default target
#   SPARK_HOME            Spark to use; default: the jars in the build folder
#   JAVA_HOME             Java 17 or later; a host without Java in that folder uses java on PATH
#   OCTOSPARK_FPGA_UNITS  compute units of each card; default: n_workers of the cluster file, spread evenly over the cards
#   OCTOSPARK_EMU_...     emulated cards, see bitstreams/emulator/README.md; OCTOSPARK_EMU_BDFS lists them as the hosts' cards
# Exit codes: 0 all workers have registered; 1 failed; 2 wrong usage or configuration.
set -euo pipefail

me=start-cluster
limit=60
# shellcheck source=submit-scripts/cluster.sh
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/cluster.sh"
read_cluster "$@"

started=()
end_started() {
    local code=$? line
    trap - EXIT
    for line in "${started[@]}"; do
        if [[ $line == master ]]; then
            on_scheduler stop master "$scheduler" || true
        else
            read_columns "$line"
            on_host stop worker "$host" || true
        fi
    done
    exit "$code"
}
trap end_started EXIT

# A process that failed to start needs no stop. An interrupt may leave one half started, so it is listed before its start.
started+=(master)
on_scheduler start master "$scheduler" "$port" "$webui" || {
    started=()
    exit 1
}
# No host has the name :master.
declare -A logs=([:master]=${output##*log })
for line in "${hosts[@]}"; do
    read_columns "$line"
    started+=("$line")
    on_host start worker "$host" "$master" "$units" "$cores" "$memory" "$xrt" "$bitstream" || {
        unset 'started[-1]'
        exit 1
    }
    logs[$host]=${output##*log }
done

# Prints :master if the page belongs to our master, then the hosts whose workers it counts as alive.
alive() {
    # shellcheck disable=SC2016 # the inner shell's arguments
    timeout 5 bash -c 'exec 3<>"/dev/tcp/$0/$1"; printf "GET /json/ HTTP/1.0\r\n\r\n" >&3; cat <&3' \
        "$scheduler" "$webui" 2>/dev/null | tr ',{}' '\n' | awk -F '"' -v "url=$master" '
            $2 == "url" { ours = $4 == url; if (ours) print ":master" }
            $2 == "host" { host = $4 }
            ours && host && $2 == "state" { if ($4 == "ALIVE") print host; host = "" }'
}

for ((SECONDS = 0; SECONDS < limit; )); do
    missing=$(comm -23 <(printf '%s\n' "${!logs[@]}" | sort) <(alive | sort))
    [[ $missing ]] || break
    sleep 0.5
done
if [[ $missing ]]; then
    for name in $missing; do
        [[ $name != :master ]] || say "$scheduler: $master not found at http://$scheduler:$webui/json/ after $limit s; see log ${logs[$name]}"
        [[ $name == :master ]] || say "$name: the worker has not registered after $limit s; see log ${logs[$name]} on $name"
    done
    exit 1
fi
trap - EXIT
say "${#hosts[@]} worker(s) at $master, see http://$scheduler:$webui; use it with octospark run --master $master"
