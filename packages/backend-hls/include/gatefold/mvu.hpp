// The folded matrix-vector unit.
#ifndef GATEFOLD_MVU_HPP
#define GATEFOLD_MVU_HPP

#include "gatefold/dot.hpp"

namespace gatefold {

/// VECTORS products of an MH x MW matrix with a vector, PE rows by SIMD columns a cycle: (MH/PE) * (MW/SIMD) cycles a
/// vector. Word `nf * (MW/SIMD) + sf` of the weights holds PE rows of SIMD fields, the first in the low bits.
template <class MODE, class IN, class WEIGHT, class OUT, int MW, int MH, int SIMD, int PE, int VECTORS>
void mvu(hls::stream<ap_uint<SIMD * IN::bits> > &in, hls::stream<ap_uint<PE * OUT::bits> > &out,
         const typename chunks<PE * SIMD * WEIGHT::bits>::type (
             &weights)[(MH / PE) * (MW / SIMD)][chunks<PE * SIMD * WEIGHT::bits>::count]) {
  GATEFOLD_HLS(ARRAY_PARTITION variable = weights complete dim = 2)
  typedef typename MODE::template operand<IN> operand;
  const int row_bits = SIMD * WEIGHT::bits;
  const int synapse_folds = MW / SIMD;
  const int neuron_folds = MH / PE;
  ap_uint<SIMD * IN::bits> vector[synapse_folds];
  typename OUT::value sums[PE];
  GATEFOLD_HLS(ARRAY_PARTITION variable = sums complete)
  int nf = 0, sf = 0;
  for (int step = 0; step < VECTORS * neuron_folds * synapse_folds; step++) {
    GATEFOLD_PIPELINE
    ap_uint<SIMD * IN::bits> beat = 0;
    if (nf == 0) {
      beat = in.read();
      vector[sf] = beat;
    } else {
      beat = vector[sf];
    }
    typename operand::type x[SIMD];
    GATEFOLD_HLS(ARRAY_PARTITION variable = x complete)
    for (int i = 0; i < SIMD; i++) {
      GATEFOLD_HLS(UNROLL)
      x[i] = operand::load(lane<IN::bits>(beat, i));
    }
    const ap_uint<PE *row_bits> word = join<PE * row_bits>(weights[nf * synapse_folds + sf]);
    ap_uint<PE * OUT::bits> result = 0;
    for (int pe = 0; pe < PE; pe++) {
      GATEFOLD_HLS(UNROLL)
      const ap_uint<row_bits> row = lane<row_bits>(word, pe);
      typename OUT::value sum = 0;
      if (sf > 0) sum = sums[pe];
      sum += dot_product<MODE, IN, WEIGHT, typename OUT::value, SIMD>::of(x, row);
      sums[pe] = sum;
      set_lane<OUT::bits>(result, pe, OUT::encode(sum));
    }
    if (++sf == synapse_folds) {
      out.write(result);
      sf = 0;
      if (++nf == neuron_folds) nf = 0;
    }
  }
}

} // namespace gatefold

#endif
