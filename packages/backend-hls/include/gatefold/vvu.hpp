// The vector-vector unit of depthwise layers, and the grouped matrix-vector unit.
#ifndef GATEFOLD_VVU_HPP
#define GATEFOLD_VVU_HPP

#include "gatefold/dot.hpp"

namespace gatefold {

/// One tap's products of PE channels added to their sums; field `channel` of the word is its weight.
template <class MODE, class IN, class WEIGHT, class SUM, int PE>
void add_tap(SUM (&sums)[PE], const ap_uint<PE * IN::bits> &beat, const ap_uint<PE * WEIGHT::bits> &weights) {
  GATEFOLD_HLS(INLINE)
  typedef typename MODE::template operand<IN> operand;
  for (int pe = 0; pe < PE; pe++) {
    GATEFOLD_HLS(UNROLL)
    const typename operand::type x[1] = {operand::load(lane<IN::bits>(beat, pe))};
    sums[pe] += dot_product<MODE, IN, WEIGHT, SUM, 1>::of(x, lane<WEIGHT::bits>(weights, pe));
  }
}

template <class OUT, int PE> ap_uint<PE * OUT::bits> packed(const typename OUT::value (&values)[PE]) {
  GATEFOLD_HLS(INLINE)
  ap_uint<PE * OUT::bits> beat = 0;
  for (int pe = 0; pe < PE; pe++) {
    GATEFOLD_HLS(UNROLL)
    set_lane<OUT::bits>(beat, pe, OUT::encode(values[pe]));
  }
  return beat;
}

/// Each of CHANNELS channels of a window of TAPS taps by weights of its own, PE channels of a tap a cycle. Beats come
/// tap by tap, and a word of weights stands for each, lane for lane.
template <class MODE, class IN, class WEIGHT, class OUT, int TAPS, int CHANNELS, int PE, int VECTORS>
void vvu(hls::stream<ap_uint<PE * IN::bits> > &in, hls::stream<ap_uint<PE * OUT::bits> > &out,
         const typename chunks<PE * WEIGHT::bits>::type (
             &weights)[TAPS * (CHANNELS / PE)][chunks<PE * WEIGHT::bits>::count]) {
  GATEFOLD_HLS(ARRAY_PARTITION variable = weights complete dim = 2)
  const int folds = CHANNELS / PE;
  typename OUT::value sums[folds][PE];
  GATEFOLD_HLS(ARRAY_PARTITION variable = sums complete dim = 2)
  int tap = 0, fold = 0;
  for (int step = 0; step < VECTORS * TAPS * folds; step++) {
    GATEFOLD_PIPELINE
    typename OUT::value own[PE];
    GATEFOLD_HLS(ARRAY_PARTITION variable = own complete)
    for (int pe = 0; pe < PE; pe++) {
      GATEFOLD_HLS(UNROLL)
      own[pe] = 0;
      if (tap > 0) own[pe] = sums[fold][pe];
    }
    add_tap<MODE, IN, WEIGHT>(own, in.read(), join<PE * WEIGHT::bits>(weights[tap * folds + fold]));
    for (int pe = 0; pe < PE; pe++) {
      GATEFOLD_HLS(UNROLL)
      sums[fold][pe] = own[pe];
    }
    if (tap == TAPS - 1) out.write(packed<OUT, PE>(own));
    if (++fold == folds) {
      fold = 0;
      if (++tap == TAPS) tap = 0;
    }
  }
}

/// As `vvu`, SIMD taps of PE channels a cycle: beats come fold by fold, lane `tap * PE + channel`.
template <class MODE, class IN, class WEIGHT, class OUT, int TAPS, int CHANNELS, int SIMD, int PE, int VECTORS>
void vvu_taps(hls::stream<ap_uint<SIMD * PE * IN::bits> > &in, hls::stream<ap_uint<PE * OUT::bits> > &out,
              const typename chunks<SIMD * PE * WEIGHT::bits>::type (
                  &weights)[(TAPS / SIMD) * (CHANNELS / PE)][chunks<SIMD * PE * WEIGHT::bits>::count]) {
  GATEFOLD_HLS(ARRAY_PARTITION variable = weights complete dim = 2)
  const int folds = CHANNELS / PE, groups = TAPS / SIMD;
  typename OUT::value sums[PE];
  GATEFOLD_HLS(ARRAY_PARTITION variable = sums complete)
  int fold = 0, group = 0;
  for (int step = 0; step < VECTORS * folds * groups; step++) {
    GATEFOLD_PIPELINE
    for (int pe = 0; pe < PE; pe++) {
      GATEFOLD_HLS(UNROLL)
      if (group == 0) sums[pe] = 0;
    }
    const ap_uint<SIMD * PE * IN::bits> beat = in.read();
    const ap_uint<SIMD *PE *WEIGHT::bits> word = join<SIMD * PE * WEIGHT::bits>(weights[fold * groups + group]);
    for (int tap = 0; tap < SIMD; tap++) {
      GATEFOLD_HLS(UNROLL)
      add_tap<MODE, IN, WEIGHT>(sums, lane<PE * IN::bits>(beat, tap), lane<PE * WEIGHT::bits>(word, tap));
    }
    if (++group == groups) {
      out.write(packed<OUT, PE>(sums));
      group = 0;
      if (++fold == folds) fold = 0;
    }
  }
}

/// Each of GROUPS groups of CHANNELS channels of a window by FILTERS filters of its own, PE filters by SIMD channels a
/// cycle. Words of weights follow the steps: taps, groups, folds of channels, folds of filters.
template <class MODE, class IN, class WEIGHT, class OUT, int TAPS, int GROUPS, int CHANNELS, int FILTERS, int SIMD,
          int PE, int VECTORS>
void gvu(hls::stream<ap_uint<SIMD * IN::bits> > &in, hls::stream<ap_uint<PE * OUT::bits> > &out,
         const typename chunks<PE * SIMD * WEIGHT::bits>::type (
             &weights)[TAPS * GROUPS * (CHANNELS / SIMD) * (FILTERS / PE)][chunks<PE * SIMD * WEIGHT::bits>::count]) {
  GATEFOLD_HLS(ARRAY_PARTITION variable = weights complete dim = 2)
  typedef typename MODE::template operand<IN> operand;
  const int row_bits = SIMD * WEIGHT::bits;
  const int channel_folds = CHANNELS / SIMD, filter_folds = FILTERS / PE;
  const int words = TAPS * GROUPS * channel_folds * filter_folds;
  typename OUT::value sums[GROUPS * filter_folds][PE];
  GATEFOLD_HLS(ARRAY_PARTITION variable = sums complete dim = 2)
  ap_uint<SIMD * IN::bits> beat = 0;
  int tap = 0, group = 0, sf = 0, nf = 0, at = 0;
  for (int step = 0; step < VECTORS * words; step++) {
    GATEFOLD_PIPELINE
    if (nf == 0) beat = in.read();
    typename operand::type x[SIMD];
    GATEFOLD_HLS(ARRAY_PARTITION variable = x complete)
    for (int i = 0; i < SIMD; i++) {
      GATEFOLD_HLS(UNROLL)
      x[i] = operand::load(lane<IN::bits>(beat, i));
    }
    const ap_uint<PE *row_bits> word = join<PE * row_bits>(weights[at]);
    const int own = group * filter_folds + nf;
    ap_uint<PE * OUT::bits> result = 0;
    for (int pe = 0; pe < PE; pe++) {
      GATEFOLD_HLS(UNROLL)
      const ap_uint<row_bits> row = lane<row_bits>(word, pe);
      typename OUT::value sum = 0;
      if (tap > 0 || sf > 0) sum = sums[own][pe];
      sum += dot_product<MODE, IN, WEIGHT, typename OUT::value, SIMD>::of(x, row);
      sums[own][pe] = sum;
      set_lane<OUT::bits>(result, pe, OUT::encode(sum));
    }
    if (tap == TAPS - 1 && sf == channel_folds - 1) out.write(result);
    if (++at == words) at = 0;
    if (++nf == filter_folds) {
      nf = 0;
      if (++sf == channel_folds) {
        sf = 0;
        if (++group == GROUPS) {
          group = 0;
          if (++tap == TAPS) tap = 0;
        }
      }
    }
  }
}

} // namespace gatefold

#endif
