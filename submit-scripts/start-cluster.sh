#!/usr/bin/env bash
# Starts Spark's master and a worker on each host of a cluster file, over ssh and without passwords, and waits until all
# are there: start-cluster.sh CLUSTER_FILE. If one does not come, those that were started are ended again.
# stop-cluster.sh CLUSTER_FILE ends them. docs/configuration.md describes the file, docs/clusters.md what a host needs.
# Environment, all optional:
#   OCTOSPARK_SSH_OPTS    more options for ssh, quoted as in a shell
#   OCTOSPARK_WEBUI_PORT  port of the master's page, default 8080
# and the following, which are the same on all hosts:
#   OCTOSPARK_RUN         folder for pid files, logs and the workers' files, default run in OctoSpark's folder
#   OCTOSPARK_BUILD       build folder, default target
#   SPARK_HOME            Spark to use; default: the jars that the build put into its folder
#   JAVA_HOME             Java 17 or later; on a host that has none there: java on PATH
#   OCTOSPARK_FPGA_UNITS  compute units of each card; default: n_workers of the cluster file, evenly over the cards
#   OCTOSPARK_EMU_...     emulated cards, see bitstreams/emulator/README.md; OCTOSPARK_EMU_BDFS makes them the hosts' cards
# Exit codes: 0 all workers are there; 1 failed; 2 wrong usage or configuration.
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

# What fails to start needs no end; what an interrupt left half started does.
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

# The hosts whose workers the master counts as alive, after a line that says that it is our master.
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
        [[ $name != :master ]] || say "$scheduler: no $master on http://$scheduler:$webui/json/ after $limit s; log ${logs[$name]}"
        [[ $name == :master ]] || say "$name: its worker is not there after $limit s; log ${logs[$name]} on $name"
    done
    exit 1
fi
trap - EXIT
say "${#hosts[@]} worker(s) at $master, see http://$scheduler:$webui; octospark run takes --master $master"
