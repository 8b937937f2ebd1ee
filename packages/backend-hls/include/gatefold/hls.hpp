// What every kernel needs: Xilinx's types, or those of the shim, and a way to write pragmas.
#ifndef GATEFOLD_HLS_HPP
#define GATEFOLD_HLS_HPP

#include <ap_int.h>
#include <hls_stream.h>

// GATEFOLD_HLS(PIPELINE II = 1) is `#pragma HLS PIPELINE II = 1` to Vitis HLS, and nothing to a compiler on the host.
#ifdef __SYNTHESIS__
#define GATEFOLD_PRAGMA(...) _Pragma(#__VA_ARGS__)
#define GATEFOLD_HLS(...) GATEFOLD_PRAGMA(HLS __VA_ARGS__)
#else
#define GATEFOLD_HLS(...)
#endif

// One iteration a cycle. The pipeline drains while it waits for input, so that no beat is held back in it: with ways
// around a kernel, held beats would be a deadlock.
#define GATEFOLD_PIPELINE GATEFOLD_HLS(PIPELINE II = 1 style = flp)

namespace gatefold {

/// Bits of an unsigned number that is at most `value`; at least 1.
constexpr int bits_for(int value) { return value < 2 ? 1 : 1 + bits_for(value / 2); }

constexpr int larger(int a, int b) { return a > b ? a : b; }
constexpr int smaller(int a, int b) { return a < b ? a : b; }

} // namespace gatefold

#endif
