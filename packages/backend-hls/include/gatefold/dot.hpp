// Dot products of a beat of inputs with a row of weights, one way to multiply each.
#ifndef GATEFOLD_DOT_HPP
#define GATEFOLD_DOT_HPP

#include "gatefold/elem.hpp"

namespace gatefold {

/// Integers by integers.
struct by_product {
  template <class IN> struct operand {
    typedef typename IN::value type;
    static type load(const ap_uint<IN::bits> &raw) { return IN::decode(raw); }
  };
  template <class IN, class WEIGHT>
  static ap_int<IN::signed_bits + WEIGHT::signed_bits> product(const typename IN::value &x,
                                                               const ap_uint<WEIGHT::bits> &w) {
    return x * WEIGHT::decode(w);
  }
};

/// By weights of -1 and +1: adds or subtracts.
struct by_sign {
  template <class IN> struct operand : by_product::operand<IN> {};
  template <class IN, class WEIGHT>
  static ap_int<IN::signed_bits + 1> product(const typename IN::value &x, const ap_uint<1> &w) {
    ap_int<IN::signed_bits + 1> term = x;
    if (w == 0) term = -x;
    return term;
  }
};

/// Inputs of -1 and +1: adds or subtracts the weight.
struct by_bipolar_input {
  template <class IN> struct operand {
    typedef ap_uint<1> type;
    static type load(const ap_uint<1> &raw) { return raw; }
  };
  template <class IN, class WEIGHT>
  static ap_int<WEIGHT::signed_bits + 1> product(const ap_uint<1> &x, const ap_uint<WEIGHT::bits> &w) {
    const typename WEIGHT::value weight = WEIGHT::decode(w);
    ap_int<WEIGHT::signed_bits + 1> term = weight;
    if (x == 0) term = -weight;
    return term;
  }
};

/// By weights of -1, 0 and +1: adds, subtracts or does nothing.
struct by_ternary {
  template <class IN> struct operand : by_product::operand<IN> {};
  template <class IN, class WEIGHT>
  static ap_int<IN::signed_bits + 1> product(const typename IN::value &x, const ap_uint<2> &w) {
    ap_int<IN::signed_bits + 1> term = 0;
    if (w == 1) term = x;
    if (w == 3) term = -x;
    return term;
  }
};

/// -1 and +1 by -1 and +1: counts the equal bits.
struct by_xnor {
  template <class IN> struct operand : by_bipolar_input::operand<IN> {};
};

template <class MODE, class IN, class WEIGHT, class SUM, int N> struct dot_product {
  static SUM of(const typename MODE::template operand<IN>::type (&x)[N], const ap_uint<N * WEIGHT::bits> &w) {
    GATEFOLD_HLS(INLINE)
    SUM sum = 0;
    for (int i = 0; i < N; i++) {
      GATEFOLD_HLS(UNROLL)
      sum += MODE::template product<IN, WEIGHT>(x[i], lane<WEIGHT::bits>(w, i));
    }
    return sum;
  }
};

template <class IN, class WEIGHT, class SUM, int N> struct dot_product<by_xnor, IN, WEIGHT, SUM, N> {
  static SUM of(const ap_uint<1> (&x)[N], const ap_uint<N> &w) {
    GATEFOLD_HLS(INLINE)
    ap_uint<bits_for(N)> equal = 0;
    for (int i = 0; i < N; i++) {
      GATEFOLD_HLS(UNROLL)
      equal += x[i] == lane<1>(w, i) ? 1 : 0;
    }
    return SUM(equal * 2 - N);
  }
};

} // namespace gatefold

#endif
