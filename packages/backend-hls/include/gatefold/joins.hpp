// One stream to several, several to one, and some of the channels.
#ifndef GATEFOLD_JOINS_HPP
#define GATEFOLD_JOINS_HPP

#include "gatefold/elem.hpp"

namespace gatefold {

template <int BEAT> void write_all(const ap_uint<BEAT> &beat, hls::stream<ap_uint<BEAT> > &out) {
  GATEFOLD_HLS(INLINE)
  out.write(beat);
}

template <int BEAT, class... MORE>
void write_all(const ap_uint<BEAT> &beat, hls::stream<ap_uint<BEAT> > &out, MORE &...more) {
  GATEFOLD_HLS(INLINE)
  out.write(beat);
  write_all(beat, more...);
}

/// Each of BEATS beats to every reader.
template <int BEAT, int BEATS, class... OUT> void fork(hls::stream<ap_uint<BEAT> > &in, OUT &...out) {
  for (int i = 0; i < BEATS; i++) {
    GATEFOLD_PIPELINE
    const ap_uint<BEAT> beat = in.read();
    write_all(beat, out...);
  }
}

/// M * a + N * b, lane by lane.
template <class A, class B, class OUT, int LANES, int BEATS, long long M, long long N>
void add_streams(hls::stream<ap_uint<LANES * A::bits> > &a, hls::stream<ap_uint<LANES * B::bits> > &b,
                 hls::stream<ap_uint<LANES * OUT::bits> > &out) {
  for (int i = 0; i < BEATS; i++) {
    GATEFOLD_PIPELINE
    const ap_uint<LANES * A::bits> beat_a = a.read();
    const ap_uint<LANES * B::bits> beat_b = b.read();
    ap_uint<LANES * OUT::bits> result = 0;
    for (int k = 0; k < LANES; k++) {
      GATEFOLD_HLS(UNROLL)
      const typename A::value x = A::decode(lane<A::bits>(beat_a, k));
      const typename B::value y = B::decode(lane<B::bits>(beat_b, k));
      set_lane<OUT::bits>(result, k, OUT::encode(typename OUT::value(x * M + y * N)));
    }
    out.write(result);
  }
}

/// A_FOLDS beats of one stream, then B_FOLDS of the other, for each of PIXELS pixels.
template <int BEAT, int A_FOLDS, int B_FOLDS, int PIXELS>
void concat(hls::stream<ap_uint<BEAT> > &a, hls::stream<ap_uint<BEAT> > &b, hls::stream<ap_uint<BEAT> > &out) {
  for (int pixel = 0; pixel < PIXELS; pixel++) {
    for (int fold = 0; fold < A_FOLDS + B_FOLDS; fold++) {
      GATEFOLD_PIPELINE
      ap_uint<BEAT> beat = 0;
      if (fold < A_FOLDS)
        beat = a.read();
      else
        beat = b.read();
      out.write(beat);
    }
  }
}

/// Beats FIRST ... FIRST + COUNT - 1 of the FOLDS of each pixel.
template <int BEAT, int FOLDS, int FIRST, int COUNT, int PIXELS>
void slice(hls::stream<ap_uint<BEAT> > &in, hls::stream<ap_uint<BEAT> > &out) {
  for (int pixel = 0; pixel < PIXELS; pixel++) {
    for (int fold = 0; fold < FOLDS; fold++) {
      GATEFOLD_PIPELINE
      const ap_uint<BEAT> beat = in.read();
      if (fold >= FIRST && fold < FIRST + COUNT) out.write(beat);
    }
  }
}

/// A whole pixel a beat: channel `c` is lane `first[c]`, or the majority of three lanes from there on where `voted[c]`;
/// when all three differ, the first.
template <int BITS, int IN_LANES, int OUT_LANES, int BEATS, class T>
void vote(hls::stream<ap_uint<IN_LANES * BITS> > &in, hls::stream<ap_uint<OUT_LANES * BITS> > &out,
          const T (&first)[OUT_LANES], const ap_uint<1> (&voted)[OUT_LANES]) {
  GATEFOLD_HLS(ARRAY_PARTITION variable = first complete)
  GATEFOLD_HLS(ARRAY_PARTITION variable = voted complete)
  for (int i = 0; i < BEATS; i++) {
    GATEFOLD_PIPELINE
    const ap_uint<IN_LANES * BITS> beat = in.read();
    ap_uint<OUT_LANES * BITS> result = 0;
    for (int c = 0; c < OUT_LANES; c++) {
      GATEFOLD_HLS(UNROLL)
      ap_uint<BITS> value = lane<BITS>(beat, first[c]);
      if (voted[c] != 0) {
        const ap_uint<BITS> second = lane<BITS>(beat, first[c] + 1);
        if (second == lane<BITS>(beat, first[c] + 2)) value = second;
      }
      set_lane<BITS>(result, c, value);
    }
    out.write(result);
  }
}

} // namespace gatefold

#endif
