#!/usr/bin/env bash
# Lists the compute units of this host for Spark's resource discovery on a worker. Prints
#   {"name": "fpga", "addresses": ["0000:65:00.1/cu1", ...]}
# The cards are those of the driver xocl. If OCTOSPARK_EMU_BDFS lists emulated cards, separated by commas, it uses those instead.
# Each card has OCTOSPARK_FPGA_UNITS units (default 1).
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
