// out = matrix^H * residual. See kernels.h for the order of summation.
//
// The matrix is read in one burst from end to end, a pack in every cycle unless the memory is slower. Each element of a
// group of rows has its own sum, in its own lane's memory; it gets one term per group, and its adder has finished when the
// next one comes.
#include "kernels.h"

using namespace octospark;

namespace {

#ifdef __SYNTHESIS__
static_assert(PACKS_PER_GROUP >= INTERLEAVE, "sums would get their next term before the adder is done: more columns");
#endif

void loadResidual(const std::complex<float>* residual, float re[ROWS + 1], float im[ROWS + 1]) {
load_rows:
    for (int row = 0; row < ROWS; row++) {
#pragma HLS PIPELINE II=1
        const std::complex<float> value = residual[row];
        re[row] = value.real();
        im[row] = value.imag();
    }
    // The row after the last one is looked up, not used.
    re[ROWS] = 0.0f;
    im[ROWS] = 0.0f;
}

void accumulate(
        Matrix matrix,
        const float residualRe[ROWS + 1],
        const float residualIm[ROWS + 1],
        float sums[PACKS_PER_GROUP][2 * LANES]) {
    // The current row, and the elements that it has from this pack on.
    int row = 0;
    int remaining = COLS;
groups:
    for (int group = 0; group < GROUPS; group++) {
    packs:
        for (int pack = 0; pack < PACKS_PER_GROUP; pack++) {
#pragma HLS LOOP_FLATTEN
#pragma HLS PIPELINE II=1
#pragma HLS DEPENDENCE variable=sums inter RAW distance=16 true
            const Pack k = readPack(matrix, group * PACKS_PER_GROUP + pack);
            const bool rowEnds = remaining <= LANES;
            const float re = residualRe[row];
            const float im = residualIm[row];
            const float nextRe = residualRe[row + 1];
            const float nextIm = residualIm[row + 1];
            for (int lane = 0; lane < LANES; lane++) {
#pragma HLS UNROLL
                const float ar = lane < remaining ? re : nextRe;
                const float ai = lane < remaining ? im : nextIm;
                const float kr = k.v[2 * lane];
                const float ki = k.v[2 * lane + 1];
                sums[pack][2 * lane] = (group == 0 ? 0.0f : sums[pack][2 * lane]) + (kr * ar + ki * ai);
                sums[pack][2 * lane + 1] = (group == 0 ? 0.0f : sums[pack][2 * lane + 1]) + (kr * ai - ki * ar);
            }
            remaining += (rowEnds ? COLS : 0) - LANES;
            row += rowEnds ? 1 : 0;
        }
    }
}

void store(const float sums[PACKS_PER_GROUP][2 * LANES], std::complex<float>* out) {
store_columns:
    for (int col = 0; col < COLS; col++) {
#pragma HLS PIPELINE
        float re = 0.0f;
        float im = 0.0f;
        for (int row = 0; row < ROWS_PER_GROUP; row++) {
#pragma HLS UNROLL
            const int element = row * COLS + col;
            re += sums[element / LANES][element % LANES * 2];
            im += sums[element / LANES][element % LANES * 2 + 1];
        }
        out[col] = std::complex<float>(re, im);
    }
}

}  // namespace

extern "C" void update(const std::complex<float>* residual, Matrix matrix, std::complex<float>* out) {
#pragma HLS INTERFACE m_axi port=residual offset=slave bundle=gmem0
#pragma HLS INTERFACE m_axi port=matrix offset=slave bundle=gmem1 max_read_burst_length=64 num_read_outstanding=16
#pragma HLS INTERFACE m_axi port=out offset=slave bundle=gmem2
#pragma HLS INTERFACE s_axilite port=residual bundle=control
#pragma HLS INTERFACE s_axilite port=matrix bundle=control
#pragma HLS INTERFACE s_axilite port=out bundle=control
#pragma HLS INTERFACE s_axilite port=return bundle=control
#pragma HLS INTERFACE ap_ctrl_hs port=return

    float residualRe[ROWS + 1];
    float residualIm[ROWS + 1];
#pragma HLS BIND_STORAGE variable=residualRe type=ram_2p impl=uram
#pragma HLS BIND_STORAGE variable=residualIm type=ram_2p impl=uram
    float sums[PACKS_PER_GROUP][2 * LANES];
#pragma HLS ARRAY_PARTITION variable=sums complete dim=2

    loadResidual(residual, residualRe, residualIm);
    accumulate(matrix, residualRe, residualIm, sums);
    store(sums, out);
}
