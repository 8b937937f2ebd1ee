// hls::stream for the host, where Xilinx's hls_stream.h is not there: a queue without an end.
//
// With GATEFOLD_TRACE defined, every beat is written down as it goes into a stream, `<stream> <hexadecimal beat>` a line,
// in the file that the environment's GATEFOLD_TRACE_FILE names.
#ifndef GATEFOLD_SHIM_HLS_STREAM_H
#define GATEFOLD_SHIM_HLS_STREAM_H

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <vector>

#ifdef GATEFOLD_TRACE
#include <ap_int.h>

namespace ap_shim {

/// The file of the trace; null where none is named.
inline std::FILE *trace_file() {
  static std::FILE *const file = [] {
    const char *path = std::getenv("GATEFOLD_TRACE_FILE");
    return path == nullptr ? nullptr : std::fopen(path, "w");
  }();
  return file;
}

template <int W> void trace(const char *name, const ap_uint<W> &beat) {
  std::FILE *const file = trace_file();
  if (file == nullptr) return;
  std::fprintf(file, "%s ", name);
  for (int low = (W - 1) / 4 * 4; low >= 0; low -= 4)
    std::fprintf(file, "%llx", beat.bits(low, W - low < 4 ? W - low : 4));
  std::fputc('\n', file);
}

} // namespace ap_shim
#endif

namespace hls {

template <class T> class stream {
public:
  explicit stream(const char *name = "stream") : name_(name), next_(0) {}
  stream(const stream &) = delete;
  stream &operator=(const stream &) = delete;

  bool empty() const { return next_ == beats_.size(); }
  /// There is always room.
  bool full() const { return false; }
  std::size_t size() const { return beats_.size() - next_; }
  void write(const T &beat) {
#ifdef GATEFOLD_TRACE
    ap_shim::trace(name_, beat);
#endif
    beats_.push_back(beat);
  }
  /// Of an empty stream there is nothing to read, ever: whoever does has a fault, and stops.
  T read() {
    if (empty()) {
      std::fprintf(stderr, "%s: read while empty\n", name_);
      std::exit(1);
    }
    const T beat = beats_[next_++];
    if (empty()) {
      beats_.clear();
      next_ = 0;
    }
    return beat;
  }

private:
  const char *name_;
  std::size_t next_;
  std::vector<T> beats_;
};

} // namespace hls

#endif
