// Sliding windows over images of H x W pixels, FOLDS beats of BEAT bits a pixel, already padded.
#ifndef GATEFOLD_WINDOW_HPP
#define GATEFOLD_WINDOW_HPP

#include "gatefold/elem.hpp"

namespace gatefold {

/// The elements of each window, a tap's beats a time: taps first, then channels. Both sides run apart, with the lines
/// of a window and of one step down between them.
template <int BEAT, int H, int W, int FOLDS, int KH, int KW, int SH, int SW, int DH, int DW>
void window(hls::stream<ap_uint<BEAT> > &in, hls::stream<ap_uint<BEAT> > &out) {
  const int line = W * FOLDS;
  const int rows = (H - (KH - 1) * DH - 1) / SH + 1, columns = (W - (KW - 1) * DW - 1) / SW + 1;
  const int lines = smaller(H, (KH - 1) * DH + 1 + SH);
  const int total = rows * columns * KH * KW * FOLDS;
  ap_uint<BEAT> held[lines * line];
  // A beat is read two iterations after it was written, at the earliest.
  GATEFOLD_HLS(DEPENDENCE variable = held inter RAW distance = 2 true)
  int written = 0, settled = 0, slot = 0;
  int top = 0, first = 0, left = 0, ky = 0, kx = 0, fold = 0;
  for (int sent = 0; sent < total;) {
    GATEFOLD_PIPELINE
    const int column = (left + kx * DW) * FOLDS + fold;
    if (settled > (top + ky * DH) * line + column && !out.full()) {
      int from = first + ky * DH;
      if (from >= lines) from -= lines;
      out.write(held[from * line + column]);
      sent++;
      if (++fold == FOLDS) {
        fold = 0;
        if (++kx == KW) {
          kx = 0;
          if (++ky == KH) {
            ky = 0;
            left += SW;
            if (left == columns * SW) {
              left = 0;
              top += SH;
              first += SH;
              if (first >= lines) first -= lines;
            }
          }
        }
      }
    }
    settled = written;
    if (written < H * line && written < (top + lines) * line && !in.empty()) {
      held[slot] = in.read();
      written++;
      if (++slot == lines * line) slot = 0;
    }
  }
  for (; written < H * line; written++) {
    GATEFOLD_PIPELINE
    in.read();
  }
}

/// All taps of a fold's channels in a beat, the first tap in the low bits: a beat in a cycle, and one out at the end of
/// each window.
template <int BEAT, int H, int W, int FOLDS, int KH, int KW, int SH, int SW, int DH, int DW>
void window_parallel(hls::stream<ap_uint<BEAT> > &in, hls::stream<ap_uint<KH * KW * BEAT> > &out) {
  const int lines = (KH - 1) * DH, pixels = (KW - 1) * DW;
  // Line `r` holds what came r + 1 rows before, pixel `p` of a row of taps what came p + 1 pixels before.
  ap_uint<BEAT> above[larger(lines, 1)][W * FOLDS];
  GATEFOLD_HLS(ARRAY_PARTITION variable = above complete dim = 1)
  ap_uint<BEAT> before[KH][larger(pixels, 1)][FOLDS];
  GATEFOLD_HLS(ARRAY_PARTITION variable = before complete dim = 1)
  GATEFOLD_HLS(ARRAY_PARTITION variable = before complete dim = 2)
  int next_row = lines, next_column = pixels;
  for (int y = 0; y < H; y++) {
    for (int x = 0; x < W; x++) {
      for (int fold = 0; fold < FOLDS; fold++) {
        GATEFOLD_PIPELINE
        ap_uint<BEAT> column[lines + 1];
        GATEFOLD_HLS(ARRAY_PARTITION variable = column complete)
        column[0] = in.read();
        for (int r = 0; r < lines; r++) {
          GATEFOLD_HLS(UNROLL)
          column[r + 1] = above[r][x * FOLDS + fold];
          above[r][x * FOLDS + fold] = column[r];
        }
        ap_uint<KH * KW * BEAT> taps = 0;
        for (int ky = 0; ky < KH; ky++) {
          GATEFOLD_HLS(UNROLL)
          ap_uint<BEAT> row[pixels + 1];
          GATEFOLD_HLS(ARRAY_PARTITION variable = row complete)
          row[0] = column[(KH - 1 - ky) * DH];
          for (int p = 0; p < pixels; p++) {
            GATEFOLD_HLS(UNROLL)
            row[p + 1] = before[ky][p][fold];
            before[ky][p][fold] = row[p];
          }
          for (int kx = 0; kx < KW; kx++) {
            GATEFOLD_HLS(UNROLL)
            set_lane<BEAT>(taps, ky * KW + kx, row[(KW - 1 - kx) * DW]);
          }
        }
        if (y == next_row && x == next_column) {
          out.write(taps);
          if (fold == FOLDS - 1) next_column += SW;
        }
      }
    }
    next_column = pixels;
    if (y == next_row) next_row += SH;
  }
}

} // namespace gatefold

#endif
