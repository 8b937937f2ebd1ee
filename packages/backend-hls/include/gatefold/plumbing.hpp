// What changes how beats are cut, and not what they say.
#ifndef GATEFOLD_PLUMBING_HPP
#define GATEFOLD_PLUMBING_HPP

#include "gatefold/elem.hpp"

namespace gatefold {

/// BEATS beats at another width: the padding of AXI4-Stream to whole bytes is dropped, or added as zeros.
template <int FROM, int TO, int BEATS> void resize(hls::stream<ap_uint<FROM> > &in, hls::stream<ap_uint<TO> > &out) {
  for (int i = 0; i < BEATS; i++) {
    GATEFOLD_PIPELINE
    const ap_uint<FROM> beat = in.read();
    out.write(ap_uint<TO>(beat));
  }
}

/// ELEMENTS elements of BITS bits, FROM a beat, as TO a beat; a beat a cycle on the side that has more.
template <int BITS, int FROM, int TO, int ELEMENTS>
void width_converter(hls::stream<ap_uint<FROM * BITS> > &in, hls::stream<ap_uint<TO * BITS> > &out) {
  const int room = FROM + TO - 1;
  ap_uint<room * BITS> held = 0;
  int filled = 0;
  for (int i = 0; i < larger(ELEMENTS / FROM, ELEMENTS / TO); i++) {
    GATEFOLD_PIPELINE
    if (filled < TO) {
      const ap_uint<FROM * BITS> beat = in.read();
      held.range((filled + FROM) * BITS - 1, filled * BITS) = beat;
      filled += FROM;
    }
    if (filled >= TO) {
      out.write(ap_uint<TO * BITS>(held.range(TO * BITS - 1, 0)));
      held >>= TO * BITS;
      filled -= TO;
    }
  }
}

} // namespace gatefold

#endif
