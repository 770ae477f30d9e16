#!/usr/bin/env bash
# Spark's discovery of compute units on a worker: prints {"name": "fpga", "addresses": ["0000:65:00.1/cu1", ...]}.
# Cards are those of the driver xocl, or the emulated ones where OCTOSPARK_EMU_BDFS lists some, separated by commas;
# each has OCTOSPARK_FPGA_UNITS units (default 1).
set -euo pipefail

units=${OCTOSPARK_FPGA_UNITS:-1}
if [[ ${OCTOSPARK_EMU_BDFS-} ]]; then
    IFS=, read -r -a cards <<<"$OCTOSPARK_EMU_BDFS"
else
    mapfile -t cards < <(find /sys/bus/pci/drivers/xocl -maxdepth 1 -name '????:??:??.?' -printf '%f\n' 2>/dev/null | sort)
fi
addresses=()
for card in "${cards[@]}"; do
    for ((unit = 1; unit <= units; unit++)); do
        addresses+=("\"$card/cu$unit\"")
    done
done
(IFS=,; echo "{\"name\": \"fpga\", \"addresses\": [${addresses[*]}]}")
