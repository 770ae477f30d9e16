// out = matrix * vector. See kernels.h for the order of summation.
//
// Sixteen groups of rows at a time are fetched in one burst, multiplied and stored, the three stages overlapping. Within
// such a block the groups take turns, pack by pack: by the time a sum gets its next term its adder has finished, so that
// one pack can be done in every cycle.
#include "kernels.h"

using namespace octospark;

namespace {

// Groups of a block: fewer than INTERLEAVE only in a matrix that has no more.
constexpr int BLOCK_GROUPS = GROUPS < INTERLEAVE ? GROUPS : INTERLEAVE;
constexpr int BLOCK_ROWS = BLOCK_GROUPS * ROWS_PER_GROUP;
constexpr int BLOCKS = (GROUPS + BLOCK_GROUPS - 1) / BLOCK_GROUPS;

// First group of a block. The last block reaches back instead of past the end; its first rows are computed again.
int firstGroup(int block) {
#pragma HLS INLINE
    return block < BLOCKS - 1 ? block * BLOCK_GROUPS : GROUPS - BLOCK_GROUPS;
}

// The factor of every element of a group, twice, for its real and its imaginary part.
void spread(const float* vector, float factors[PACKS_PER_GROUP][2 * LANES]) {
spread_rows:
    for (int row = 0; row < ROWS_PER_GROUP; row++) {
    spread_columns:
        for (int col = 0; col < COLS; col++) {
#pragma HLS PIPELINE II=1
            const int element = row * COLS + col;
            const float value = vector[col];
            factors[element / LANES][element % LANES * 2] = value;
            factors[element / LANES][element % LANES * 2 + 1] = value;
        }
    }
}

void load(Matrix matrix, int block, Pack packs[BLOCK_GROUPS][PACKS_PER_GROUP]) {
    const int first = firstGroup(block) * PACKS_PER_GROUP;
load_groups:
    for (int group = 0; group < BLOCK_GROUPS; group++) {
    load_packs:
        for (int pack = 0; pack < PACKS_PER_GROUP; pack++) {
#pragma HLS PIPELINE II=1
            packs[group][pack] = readPack(matrix, first + group * PACKS_PER_GROUP + pack);
        }
    }
}

void multiply(
        const Pack packs[BLOCK_GROUPS][PACKS_PER_GROUP],
        const float factors[PACKS_PER_GROUP][2 * LANES],
        float sums[BLOCK_ROWS][2]) {
    float lanes[INTERLEAVE][2 * LANES];
#pragma HLS ARRAY_PARTITION variable=lanes complete dim=2

    // Elements that the current row has from this pack on, and its number in the group.
    int remaining = COLS;
    int row = 0;
multiply_packs:
    for (int pack = 0; pack < PACKS_PER_GROUP; pack++) {
    multiply_groups:
        for (int turn = 0; turn < INTERLEAVE; turn++) {
#pragma HLS LOOP_FLATTEN
#pragma HLS PIPELINE II=1
#pragma HLS DEPENDENCE variable=lanes inter RAW distance=16 true
            // Turns that a small matrix has no group for repeat the last group and are not stored.
            const int group = turn < BLOCK_GROUPS ? turn : BLOCK_GROUPS - 1;
            const Pack k = packs[group][pack];
            const bool rowEnds = remaining <= LANES;

            float product[2 * LANES];
            float sum[2 * LANES];
            for (int i = 0; i < 2 * LANES; i++) {
#pragma HLS UNROLL
                product[i] = k.v[i] * factors[pack][i];
                sum[i] = (pack == 0 ? 0.0f : lanes[turn][i]) + (i < 2 * remaining ? product[i] : 0.0f);
            }
            for (int i = 0; i < 2 * LANES; i++) {
#pragma HLS UNROLL
                // Lanes behind the end of a row already work on the next one.
                lanes[turn][i] = !rowEnds ? sum[i] : i < 2 * remaining ? 0.0f : product[i];
            }
            if (rowEnds && turn < BLOCK_GROUPS) {
                for (int step = 0; step < 3; step++) {
#pragma HLS UNROLL
                    // Constant bounds, with a condition inside, are what HLS is sure to unroll.
                    const int width = LANES >> step;
                    for (int i = 0; i < LANES; i++) {
#pragma HLS UNROLL
                        if (width > 1 && i < width) {
                            sum[i] += sum[i + width];
                        }
                    }
                }
                sums[group * ROWS_PER_GROUP + row][0] = sum[0];
                sums[group * ROWS_PER_GROUP + row][1] = sum[1];
            }

            if (turn == INTERLEAVE - 1) {
                remaining += (rowEnds ? COLS : 0) - LANES;
                row += rowEnds ? 1 : 0;
            }
        }
    }
}

void store(const float sums[BLOCK_ROWS][2], int block, std::complex<float>* out) {
    const int first = firstGroup(block) * ROWS_PER_GROUP;
store_rows:
    for (int row = 0; row < BLOCK_ROWS; row++) {
#pragma HLS PIPELINE II=1
        out[first + row] = std::complex<float>(sums[row][0], sums[row][1]);
    }
}

}  // namespace

extern "C" void dotprod(Matrix matrix, const float* vector, std::complex<float>* out) {
#pragma HLS INTERFACE m_axi port=matrix offset=slave bundle=gmem0 max_read_burst_length=64 num_read_outstanding=16
#pragma HLS INTERFACE m_axi port=vector offset=slave bundle=gmem1
#pragma HLS INTERFACE m_axi port=out offset=slave bundle=gmem2
#pragma HLS INTERFACE s_axilite port=matrix bundle=control
#pragma HLS INTERFACE s_axilite port=vector bundle=control
#pragma HLS INTERFACE s_axilite port=out bundle=control
#pragma HLS INTERFACE s_axilite port=return bundle=control
#pragma HLS INTERFACE ap_ctrl_hs port=return

    float factors[PACKS_PER_GROUP][2 * LANES];
#pragma HLS ARRAY_PARTITION variable=factors complete dim=2
    spread(vector, factors);

blocks:
    for (int block = 0; block < BLOCKS; block++) {
#pragma HLS DATAFLOW
        Pack packs[BLOCK_GROUPS][PACKS_PER_GROUP];
#pragma HLS AGGREGATE variable=packs
        float sums[BLOCK_ROWS][2];
#pragma HLS ARRAY_PARTITION variable=sums complete dim=2
        load(matrix, block, packs);
        multiply(packs, factors, sums);
        store(sums, block, out);
    }
}
