// A circuit of bits, tables and sums, written out as straight code, and what its lines are made of.
#ifndef GATEFOLD_CIRCUIT_HPP
#define GATEFOLD_CIRCUIT_HPP

#include "gatefold/elem.hpp"

// GATEFOLD_CIRCUIT marks the function of a circuit. On the host it is compiled as it stands: optimising thousands of lines
// with a call each takes compilers a minute and saves little of the run.
#if defined(__SYNTHESIS__)
#define GATEFOLD_CIRCUIT
#elif defined(__clang__)
#define GATEFOLD_CIRCUIT __attribute__((optnone, noinline))
#else
#define GATEFOLD_CIRCUIT __attribute__((optimize("O0"), noinline))
#endif

namespace gatefold {

/// Each of BEATS beats, a whole vector, through the circuit.
template <class CIRCUIT, int FROM, int TO, int BEATS>
void each_beat(hls::stream<ap_uint<FROM> > &in, hls::stream<ap_uint<TO> > &out) {
  for (int i = 0; i < BEATS; i++) {
    GATEFOLD_PIPELINE
    const ap_uint<FROM> beat = in.read();
    out.write(CIRCUIT::of(beat));
  }
}

/// Bit `index` of a word.
template <int W> ap_uint<1> bit_of(const ap_uint<W> &word, int index) {
  GATEFOLD_HLS(INLINE)
  return ap_uint<1>(word.range(index, index));
}

template <int W> ap_uint<1> bit_of(const ap_int<W> &word, int index) {
  GATEFOLD_HLS(INLINE)
  return bit_of(ap_uint<W>(word), index);
}

/// Bits put together, the first the least significant.
template <class... BITS> ap_uint<sizeof...(BITS)> together(const BITS &...bits) {
  GATEFOLD_HLS(INLINE)
  const ap_uint<1> each[] = {bits...};
  ap_uint<sizeof...(BITS)> word = 0;
  for (int i = 0; i < static_cast<int>(sizeof...(BITS)); i++) {
    GATEFOLD_HLS(UNROLL)
    word.range(i, i) = each[i];
  }
  return word;
}

/// Bit `address` of a LUT's contents.
template <int W> ap_uint<1> lut(unsigned long long contents, const ap_uint<W> &address) {
  GATEFOLD_HLS(INLINE)
  return bit_of(ap_uint<(1 << W)>(contents), static_cast<int>(address));
}

/// The word kept within `low` and `high`.
template <class OUT, class V> OUT clamp(const V &word, long long low, long long high) {
  GATEFOLD_HLS(INLINE)
  OUT kept = word;
  if (word < low) kept = low;
  if (word > high) kept = high;
  return kept;
}

} // namespace gatefold

#endif
