// C simulation: compares both kernels with float64 sums and prints error and time. Made by "make csim".
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <random>
#include <vector>

#include "kernels.h"

namespace {

// Largest error allowed, relative to the sum of the terms' magnitudes.
constexpr double TOLERANCE = 1e-6;
constexpr int CALLS = 20;

template <typename Call>
double bestMilliseconds(Call call) {
    double best = 1e300;
    for (int i = 0; i < CALLS; i++) {
        const auto start = std::chrono::steady_clock::now();
        call();
        const std::chrono::duration<double, std::milli> elapsed = std::chrono::steady_clock::now() - start;
        best = std::min(best, elapsed.count());
    }
    return best;
}

}  // namespace

int main() {
    std::mt19937 random(1);
    std::uniform_real_distribution<float> uniform(-1, 1);
    std::vector<std::complex<float>> matrix(static_cast<size_t>(ROWS) * COLS), data(ROWS), residual(ROWS), gradient(COLS);
    std::vector<float> vector(COLS);
    for (auto& value : matrix) value = {uniform(random), uniform(random)};
    for (auto& value : residual) value = {uniform(random), uniform(random)};
    for (auto& value : vector) value = uniform(random);

    const double dotprodMs = bestMilliseconds([&] { dotprod(matrix.data(), vector.data(), data.data()); });
    const double updateMs = bestMilliseconds([&] { update(residual.data(), matrix.data(), gradient.data()); });

    double dotprodError = 0;
    double updateError = 0;
    std::vector<std::complex<double>> columnSums(COLS);
    std::vector<double> columnSizes(COLS);
    for (int row = 0; row < ROWS; row++) {
        std::complex<double> sum = 0;
        double size = 0;
        for (int col = 0; col < COLS; col++) {
            const std::complex<double> element = matrix[static_cast<size_t>(row) * COLS + col];
            const std::complex<double> value = residual[row];
            sum += element * static_cast<double>(vector[col]);
            size += std::abs(element) * std::abs(vector[col]);
            columnSums[col] += std::conj(element) * value;
            columnSizes[col] += std::abs(element) * std::abs(value);
        }
        dotprodError = std::max(dotprodError, std::abs(sum - std::complex<double>(data[row])) / size);
    }
    for (int col = 0; col < COLS; col++) {
        const double error = std::abs(columnSums[col] - std::complex<double>(gradient[col]));
        updateError = std::max(updateError, error / columnSizes[col]);
    }
    const bool good = dotprodError < TOLERANCE && updateError < TOLERANCE;
    std::printf("%5d x %-4d dotprod: error %.1e, %.3f ms   update: error %.1e, %.3f ms   %s\n", ROWS, COLS, dotprodError,
            dotprodMs, updateError, updateMs, good ? "good" : "WRONG");
    return good ? 0 : 1;
}
