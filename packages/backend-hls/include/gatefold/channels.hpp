// Kernels that treat each channel by parameters of its own, PE channels a cycle. FOLDS * PE channels, VECTORS vectors.
#ifndef GATEFOLD_CHANNELS_HPP
#define GATEFOLD_CHANNELS_HPP

#include "gatefold/elem.hpp"

namespace gatefold {

/// How many of N ascending thresholds `x` reaches: by a comparator each, or by halving where there are many.
template <class T, class X, int N> ap_uint<bits_for(N)> reached(const T (&thresholds)[N], const X &x) {
  GATEFOLD_HLS(INLINE)
  ap_uint<bits_for(N)> count = 0;
  if (N > 15) {
    for (int bit = bits_for(N) - 1; bit >= 0; bit--) {
      GATEFOLD_HLS(UNROLL)
      const int next = static_cast<int>(count) + (1 << bit);
      if (next <= N && x >= thresholds[next - 1]) count = next;
    }
  } else {
    for (int i = 0; i < N; i++) {
      GATEFOLD_HLS(UNROLL)
      if (x >= thresholds[i]) count += 1;
    }
  }
  return count;
}

/// y = bias + how many thresholds x reaches; -1 or +1 for a bipolar result.
template <class IN, class OUT, int FOLDS, int PE, int VECTORS, int BIAS, class T, int F, int P, int N>
void threshold(hls::stream<ap_uint<PE * IN::bits> > &in, hls::stream<ap_uint<PE * OUT::bits> > &out,
               const T (&thresholds)[F][P][N]) {
  GATEFOLD_HLS(ARRAY_PARTITION variable = thresholds complete dim = 2)
  GATEFOLD_HLS(ARRAY_PARTITION variable = thresholds complete dim = 3)
  int fold = 0;
  for (int step = 0; step < VECTORS * FOLDS; step++) {
    GATEFOLD_PIPELINE
    const ap_uint<PE * IN::bits> beat = in.read();
    ap_uint<PE * OUT::bits> result = 0;
    for (int pe = 0; pe < PE; pe++) {
      GATEFOLD_HLS(UNROLL)
      const typename IN::value x = IN::decode(lane<IN::bits>(beat, pe));
      const int count = reached(thresholds[F == 1 ? 0 : fold][P == 1 ? 0 : pe], x);
      const typename OUT::value y = OUT::is_bipolar ? 2 * count - 1 : count + BIAS;
      set_lane<OUT::bits>(result, pe, OUT::encode(y));
    }
    out.write(result);
    if (++fold == FOLDS) fold = 0;
  }
}

/// y = table[x - LOW] of the channel.
template <class IN, class OUT, int FOLDS, int PE, int VECTORS, int LOW, class T, int F, int P, int N>
void lookup(hls::stream<ap_uint<PE * IN::bits> > &in, hls::stream<ap_uint<PE * OUT::bits> > &out,
            const T (&table)[F][P][N]) {
  GATEFOLD_HLS(ARRAY_PARTITION variable = table complete dim = 2)
  int fold = 0;
  for (int step = 0; step < VECTORS * FOLDS; step++) {
    GATEFOLD_PIPELINE
    const ap_uint<PE * IN::bits> beat = in.read();
    ap_uint<PE * OUT::bits> result = 0;
    for (int pe = 0; pe < PE; pe++) {
      GATEFOLD_HLS(UNROLL)
      const typename IN::value x = IN::decode(lane<IN::bits>(beat, pe));
      const typename OUT::value y = table[F == 1 ? 0 : fold][P == 1 ? 0 : pe][static_cast<int>(x - LOW)];
      set_lane<OUT::bits>(result, pe, OUT::encode(y));
    }
    out.write(result);
    if (++fold == FOLDS) fold = 0;
  }
}

/// y = a * x + b of the channel.
template <class IN, class OUT, int FOLDS, int PE, int VECTORS, class A, class B, int FA, int PA, int FB, int PB>
void affine(hls::stream<ap_uint<PE * IN::bits> > &in, hls::stream<ap_uint<PE * OUT::bits> > &out,
            const A (&scale)[FA][PA], const B (&offset)[FB][PB]) {
  GATEFOLD_HLS(ARRAY_PARTITION variable = scale complete dim = 2)
  GATEFOLD_HLS(ARRAY_PARTITION variable = offset complete dim = 2)
  int fold = 0;
  for (int step = 0; step < VECTORS * FOLDS; step++) {
    GATEFOLD_PIPELINE
    const ap_uint<PE * IN::bits> beat = in.read();
    ap_uint<PE * OUT::bits> result = 0;
    for (int pe = 0; pe < PE; pe++) {
      GATEFOLD_HLS(UNROLL)
      const typename IN::value x = IN::decode(lane<IN::bits>(beat, pe));
      const typename OUT::value y = parameter(scale, fold, pe) * x + parameter(offset, fold, pe);
      set_lane<OUT::bits>(result, pe, OUT::encode(y));
    }
    out.write(result);
    if (++fold == FOLDS) fold = 0;
  }
}

/// y = OFFSET + q, kept within LOW ... HIGH, with q = ((factor * x >> DROP) + addend) >> SHIFT. With TIES_EVEN an odd q
/// of which only zeros were shifted out counts as the even one below.
template <class IN, class OUT, int FOLDS, int PE, int VECTORS, int DROP, int SHIFT, bool TIES_EVEN, long long LOW,
          long long HIGH, long long OFFSET, int M_BITS, int B_BITS, int FM, int PM, int FB, int PB>
void requantize(hls::stream<ap_uint<PE * IN::bits> > &in, hls::stream<ap_uint<PE * OUT::bits> > &out,
                const ap_uint<M_BITS> (&factor)[FM][PM], const ap_int<B_BITS> (&addend)[FB][PB]) {
  GATEFOLD_HLS(ARRAY_PARTITION variable = factor complete dim = 2)
  GATEFOLD_HLS(ARRAY_PARTITION variable = addend complete dim = 2)
  const int product_bits = IN::signed_bits + M_BITS + 1;
  const int sum_bits = larger(product_bits - DROP, B_BITS) + 1;
  int fold = 0;
  for (int step = 0; step < VECTORS * FOLDS; step++) {
    GATEFOLD_PIPELINE
    const ap_uint<PE * IN::bits> beat = in.read();
    ap_uint<PE * OUT::bits> result = 0;
    for (int pe = 0; pe < PE; pe++) {
      GATEFOLD_HLS(UNROLL)
      const typename IN::value x = IN::decode(lane<IN::bits>(beat, pe));
      const ap_int<product_bits> product = parameter(factor, fold, pe) * x;
      const ap_int<sum_bits> sum = ap_int<sum_bits>(product >> DROP) + parameter(addend, fold, pe);
      ap_int<sum_bits> q = sum >> SHIFT;
      if (TIES_EVEN && (q & 1) != 0 && (q << SHIFT) == sum) q -= 1;
      typename OUT::value y = q + OFFSET;
      if (q < LOW) y = LOW + OFFSET;
      if (q > HIGH) y = HIGH + OFFSET;
      set_lane<OUT::bits>(result, pe, OUT::encode(y));
    }
    out.write(result);
    if (++fold == FOLDS) fold = 0;
  }
}

/// The index of the greatest of FOLDS * PE channels; of equal ones the lowest.
template <class IN, int INDEX_BITS, int FOLDS, int PE, int VECTORS>
void argmax(hls::stream<ap_uint<PE * IN::bits> > &in, hls::stream<ap_uint<INDEX_BITS> > &out) {
  typename IN::value best = 0;
  ap_uint<INDEX_BITS> index = 0;
  int fold = 0;
  for (int step = 0; step < VECTORS * FOLDS; step++) {
    GATEFOLD_PIPELINE
    const ap_uint<PE * IN::bits> beat = in.read();
    for (int pe = 0; pe < PE; pe++) {
      GATEFOLD_HLS(UNROLL)
      const typename IN::value x = IN::decode(lane<IN::bits>(beat, pe));
      if ((fold == 0 && pe == 0) || x > best) {
        best = x;
        index = fold * PE + pe;
      }
    }
    if (++fold == FOLDS) {
      out.write(index);
      fold = 0;
    }
  }
}

} // namespace gatefold

#endif
