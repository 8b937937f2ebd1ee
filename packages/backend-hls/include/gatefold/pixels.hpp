// Kernels on images of H x W pixels, FOLDS beats a pixel.
#ifndef GATEFOLD_PIXELS_HPP
#define GATEFOLD_PIXELS_HPP

#include "gatefold/elem.hpp"

namespace gatefold {

/// Pixels of one code around each frame; LANES lanes of BITS bits hold `VALUE`.
template <int BITS, int LANES, int H, int W, int FOLDS, int TOP, int LEFT, int BOTTOM, int RIGHT, long long VALUE>
void pad(hls::stream<ap_uint<LANES * BITS> > &in, hls::stream<ap_uint<LANES * BITS> > &out) {
  const ap_uint<BITS> code = VALUE;
  ap_uint<LANES * BITS> border = 0;
  for (int i = 0; i < LANES; i++) {
    GATEFOLD_HLS(UNROLL)
    set_lane<BITS>(border, i, code);
  }
  for (int y = 0; y < TOP + H + BOTTOM; y++) {
    for (int x = 0; x < LEFT + W + RIGHT; x++) {
      for (int fold = 0; fold < FOLDS; fold++) {
        GATEFOLD_PIPELINE
        const bool inside = y >= TOP && y < TOP + H && x >= LEFT && x < LEFT + W;
        ap_uint<LANES *BITS> beat = border;
        if (inside) beat = in.read();
        out.write(beat);
      }
    }
  }
}

/// The pixels within the margins.
template <int BEAT, int H, int W, int FOLDS, int TOP, int LEFT, int BOTTOM, int RIGHT>
void crop(hls::stream<ap_uint<BEAT> > &in, hls::stream<ap_uint<BEAT> > &out) {
  for (int y = 0; y < H; y++) {
    for (int x = 0; x < W; x++) {
      for (int fold = 0; fold < FOLDS; fold++) {
        GATEFOLD_PIPELINE
        const ap_uint<BEAT> beat = in.read();
        if (y >= TOP && y < H - BOTTOM && x >= LEFT && x < W - RIGHT) out.write(beat);
      }
    }
  }
}

/// Every pixel SCALE_H times down and SCALE_W times across.
template <int BEAT, int H, int W, int FOLDS, int SCALE_H, int SCALE_W>
void upsample(hls::stream<ap_uint<BEAT> > &in, hls::stream<ap_uint<BEAT> > &out) {
  ap_uint<BEAT> line[W][FOLDS];
  for (int y = 0; y < H * SCALE_H; y++) {
    for (int x = 0; x < W; x++) {
      for (int across = 0; across < SCALE_W; across++) {
        for (int fold = 0; fold < FOLDS; fold++) {
          GATEFOLD_PIPELINE
          ap_uint<BEAT> beat = 0;
          if (y % SCALE_H == 0 && across == 0) {
            beat = in.read();
            line[x][fold] = beat;
          } else {
            beat = line[x][fold];
          }
          out.write(beat);
        }
      }
    }
  }
}

/// How a pool combines two elements.
struct greatest {
  template <class V> static V of(const V &a, const V &b) { return a > b ? a : b; }
};
struct total {
  template <class V> static V of(const V &a, const V &b) { return V(a + b); }
};

/// A window of WINDOW taps to one element a channel, LANES channels a cycle.
template <class MODE, class IN, class OUT, int LANES, int FOLDS, int WINDOW, int VECTORS>
void pool(hls::stream<ap_uint<LANES * IN::bits> > &in, hls::stream<ap_uint<LANES * OUT::bits> > &out) {
  typename OUT::value held[FOLDS][LANES];
  GATEFOLD_HLS(ARRAY_PARTITION variable = held complete dim = 2)
  int tap = 0, fold = 0;
  for (int step = 0; step < VECTORS * WINDOW * FOLDS; step++) {
    GATEFOLD_PIPELINE
    const ap_uint<LANES * IN::bits> beat = in.read();
    ap_uint<LANES * OUT::bits> result = 0;
    for (int i = 0; i < LANES; i++) {
      GATEFOLD_HLS(UNROLL)
      typename OUT::value value = IN::decode(lane<IN::bits>(beat, i));
      if (tap > 0) value = MODE::of(held[fold][i], value);
      held[fold][i] = value;
      set_lane<OUT::bits>(result, i, OUT::encode(value));
    }
    if (tap == WINDOW - 1) out.write(result);
    if (++fold == FOLDS) {
      fold = 0;
      if (++tap == WINDOW) tap = 0;
    }
  }
}

/// MATRICES matrices of ROWS x COLUMNS chunks of CHUNK beats, each transposed. One is written while the one before is
/// read.
template <int BEAT, int ROWS, int COLUMNS, int CHUNK, int MATRICES>
void transpose(hls::stream<ap_uint<BEAT> > &in, hls::stream<ap_uint<BEAT> > &out) {
  const int size = ROWS * COLUMNS * CHUNK;
  ap_uint<BEAT> held[2][size];
  GATEFOLD_HLS(ARRAY_PARTITION variable = held complete dim = 1)
  int written = 0, whole = 0, slot = 0;
  int sent = 0, row = 0, column = 0, beat = 0;
  while (sent < MATRICES) {
    GATEFOLD_PIPELINE
    if (whole > sent && !out.full()) {
      out.write(held[sent % 2][(row * COLUMNS + column) * CHUNK + beat]);
      if (++beat == CHUNK) {
        beat = 0;
        if (++row == ROWS) {
          row = 0;
          if (++column == COLUMNS) {
            column = 0;
            sent++;
          }
        }
      }
    }
    if (written < MATRICES && written < sent + 2 && !in.empty()) {
      held[written % 2][slot] = in.read();
      if (++slot == size) {
        slot = 0;
        written++;
      }
    }
    whole = written;
  }
}

} // namespace gatefold

#endif
