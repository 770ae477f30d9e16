#!/usr/bin/env bash
# Stops the master and the workers that start-cluster.sh started with the same file, and nothing else:
#   stop-cluster.sh CLUSTER_FILE
# Each process gets SIGTERM, and SIGKILL if it still runs after 10 s. It is no error if nothing runs.
# Environment, all optional: OCTOSPARK_SSH_OPTS and OCTOSPARK_RUN, see the top of start-cluster.sh.
# Exit codes: 0 all are stopped; 1 a host could not be reached; 2 wrong usage or configuration.
set -euo pipefail

me=stop-cluster
# shellcheck source=submit-scripts/cluster.sh
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/cluster.sh"
read_cluster "$@"

failed=0
for line in "${hosts[@]}"; do
    read_columns "$line"
    on_host stop worker "$host" || failed=1
done
on_scheduler stop master "$scheduler" || failed=1
exit "$failed"
