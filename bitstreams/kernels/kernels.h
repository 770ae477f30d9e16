// The two products of the inversion as FPGA kernels, for Vitis HLS and, as C simulation, for g++.
//
// Build with -DROWS= and -DCOLS=: rows and cols of the matrix, whose row stride is COLS.
//
// Order of summation. It depends on ROWS and COLS alone, so every compute unit of every copy of a design gives the same
// bits. The matrix is read as one row of PACKs, each LANES neighbouring elements; lane l of a pack is its element l, and
// because rows need not begin with a pack, an element's lane is (row*COLS + col) % LANES.
// - dotprod: each lane adds its products in the order of the columns, beginning with 0. Then lane l+w is added to lane l
//   for w = LANES/2, LANES/4 .. 1.
// - update: for each column, rows are dealt out in turn to ROWS_PER_GROUP sums. A sum adds, in the order of the rows,
//   (kr*ar + ki*ai) to its real and (kr*ai - ki*ar) to its imaginary part, beginning with 0. Then the sums are added to 0,
//   the one of row 0 first.
// Every product and sum is rounded to float32. A compiler that may fuse them (g++ -march with FMA) has to be told not to:
// -ffp-contract=off.
//
// Kernels keep no state between calls and are safe to call from several threads. What is memory blocks on the card is on
// the stack in a simulation: 136 * ROWS_PER_GROUP * COLS bytes in dotprod (136 KB for 500x250, the most of all designs),
// 8 * ROWS + 8 * ROWS_PER_GROUP * COLS bytes in update, and less than 4 KiB more.
#ifndef OCTOSPARK_KERNELS_H
#define OCTOSPARK_KERNELS_H

#include <complex>

#if !defined(ROWS) || !defined(COLS)
#error "define the size of the matrix: -DROWS=8000 -DCOLS=100"
#endif
static_assert(ROWS > 0 && COLS > 0, "a matrix has at least one row and one column");

namespace octospark {

// Eight complex numbers are 512 bits, the width of the card's memory ports.
constexpr int MAX_LANES = 8;

constexpr int commonDivisor(int a, int b) {
    return b == 0 ? a : commonDivisor(b, a % b);
}

constexpr int powerOfTwoUpTo(int limit) {
    return limit < 2 ? 1 : limit < 4 ? 2 : limit < 8 ? 4 : MAX_LANES;
}

// Multiply-accumulate lanes, the elements of a pack. They divide the matrix without remainder, so that no read goes past
// its end, and are no more than a row has, so that no more than one row ends in a pack.
constexpr int LANES = commonDivisor(powerOfTwoUpTo(COLS), commonDivisor(ROWS % MAX_LANES * (COLS % MAX_LANES), MAX_LANES));

// A row of, say, 100 elements begins in the middle of every other pack. A group is the fewest rows that are whole packs;
// where rows end within the packs is the same in every group, so nothing ever has to be shifted to other lanes.
constexpr int ROWS_PER_GROUP = LANES / commonDivisor(LANES, COLS);
constexpr int PACKS_PER_GROUP = ROWS_PER_GROUP * COLS / LANES;
constexpr int GROUPS = ROWS / ROWS_PER_GROUP;

// A sum takes its next term this many cycles after the last one, or later: more than a float32 adder takes.
constexpr int INTERLEAVE = 16;

// Neighbouring elements of the matrix: re, im, re, im ...
#ifdef __SYNTHESIS__
struct alignas(2 * LANES * sizeof(float)) Pack {
    float v[2 * LANES];
};
#else
struct Pack {
    float v[2 * LANES];
};
#endif

// Callers pass a pointer to complex numbers. HLS takes the width of a port from the type it points to and can't read a
// port through a cast, so there it is declared as what it is read as.
#ifdef __SYNTHESIS__
typedef const Pack* Matrix;

inline Pack readPack(Matrix matrix, int index) {
#pragma HLS INLINE
    return matrix[index];
}
#else
typedef const std::complex<float>* Matrix;

inline Pack readPack(Matrix matrix, int index) {
    // The standard lets an array of complex numbers be read as one of floats.
    const float* values = reinterpret_cast<const float*>(matrix) + 2L * LANES * index;
    Pack pack;
    for (int i = 0; i < 2 * LANES; i++) {
        pack.v[i] = values[i];
    }
    return pack;
}
#endif

}  // namespace octospark

extern "C" {

// out = matrix * vector. matrix: ROWS x COLS, vector: COLS, out: ROWS.
void dotprod(octospark::Matrix matrix, const float* vector, std::complex<float>* out);

// out = matrix^H * residual. residual: ROWS, matrix: ROWS x COLS, out: COLS.
// The inversion uses the real part alone. The imaginary part here is the true one, sum of kr*ai - ki*ar; OctoRay's
// kernels return -(kr*ai + ki*ar) in its place.
void update(const std::complex<float>* residual, octospark::Matrix matrix, std::complex<float>* out);
}

#endif
