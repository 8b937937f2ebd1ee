// Elements of a stream: how the bits of a lane are read, and how lanes stand in a beat.
#ifndef GATEFOLD_ELEM_HPP
#define GATEFOLD_ELEM_HPP

#include <type_traits>

#include "gatefold/hls.hpp"

namespace gatefold {

/// Unsigned integers of N bits.
template <int N> struct unsigned_int {
  static const int bits = N;
  static const bool is_bipolar = false;
  /// Bits of the value as a signed number.
  static const int signed_bits = N + 1;
  typedef ap_uint<N> value;
  static value decode(const ap_uint<N> &raw) { return raw; }
  static ap_uint<N> encode(const value &number) { return number; }
};

/// Two's complement of N bits.
template <int N> struct signed_int {
  static const int bits = N;
  static const bool is_bipolar = false;
  static const int signed_bits = N;
  typedef ap_int<N> value;
  static value decode(const ap_uint<N> &raw) { return value(raw); }
  static ap_uint<N> encode(const value &number) { return ap_uint<N>(number); }
};

/// -1 or +1 in one bit: 0 is -1.
struct bipolar {
  static const int bits = 1;
  static const bool is_bipolar = true;
  static const int signed_bits = 2;
  typedef ap_int<2> value;
  static value decode(const ap_uint<1> &raw) { return raw != 0 ? value(1) : value(-1); }
  static ap_uint<1> encode(const value &number) { return ap_uint<1>(number > 0 ? 1 : 0); }
};

/// Lane `index` of a beat; lane 0 stands in the low bits.
template <int BITS, int TOTAL> ap_uint<BITS> lane(const ap_uint<TOTAL> &beat, int index) {
  GATEFOLD_HLS(INLINE)
  return ap_uint<BITS>(beat.range((index + 1) * BITS - 1, index * BITS));
}

template <int BITS, int TOTAL> void set_lane(ap_uint<TOTAL> &beat, int index, const ap_uint<BITS> &value) {
  GATEFOLD_HLS(INLINE)
  beat.range((index + 1) * BITS - 1, index * BITS) = value;
}

/// A word of a memory, at most 64 bits: exactly as wide in the circuit; a machine word on the host, where an array of
/// hundreds of thousands of objects takes compilers a gigabyte.
#ifdef __SYNTHESIS__
template <int N> using stored = ap_uint<N>;
#else
template <int N>
using stored = typename std::conditional<
    N <= 8, unsigned char,
    typename std::conditional<N <= 16, unsigned short,
                              typename std::conditional<N <= 32, unsigned, unsigned long long>::type>::type>::type;
#endif

/// A word of a memory in chunks of at most 64 bits, the lowest first.
template <int BITS> struct chunks {
  static const int count = (BITS + 63) / 64;
  static const int bits = (BITS + count - 1) / count;
  typedef stored<bits> type;
};

/// The word that chunks make up.
template <int BITS> ap_uint<BITS> join(const typename chunks<BITS>::type (&parts)[chunks<BITS>::count]) {
  GATEFOLD_HLS(INLINE)
  const int width = chunks<BITS>::bits;
  ap_uint<BITS> word = 0;
  for (int i = 0; i < chunks<BITS>::count; i++) {
    GATEFOLD_HLS(UNROLL)
    word.range(smaller((i + 1) * width, BITS) - 1, i * width) = ap_uint<width>(parts[i]);
  }
  return word;
}

/// The parameter of a lane: rows of all channels, or one for all of them.
template <class T, int FOLDS, int LANES> const T &parameter(const T (&rows)[FOLDS][LANES], int fold, int lane_index) {
  GATEFOLD_HLS(INLINE)
  return rows[FOLDS == 1 ? 0 : fold][LANES == 1 ? 0 : lane_index];
}

} // namespace gatefold

#endif
