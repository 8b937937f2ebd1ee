// Frames in and out of a design on the host: for the test bench and for running a network. Not for synthesis.
#ifndef GATEFOLD_HOST_HPP
#define GATEFOLD_HOST_HPP

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "gatefold/elem.hpp"

namespace gatefold {
namespace host {

typedef std::vector<long long> codes;

/// Integers in row-major order as the beats of a stream of LANES lanes, PORT bits a beat.
template <class ELEM, int LANES, int PORT> void send(const codes &frame, hls::stream<ap_uint<PORT> > &out) {
  for (std::size_t at = 0; at < frame.size(); at += LANES) {
    ap_uint<PORT> beat = 0;
    for (int i = 0; i < LANES; i++)
      set_lane<ELEM::bits>(beat, i, ELEM::encode(typename ELEM::value(frame[at + i])));
    out.write(beat);
  }
}

/// The integers of `count` elements.
template <class ELEM, int LANES, int PORT> codes receive(std::size_t count, hls::stream<ap_uint<PORT> > &in) {
  codes frame;
  frame.reserve(count);
  while (frame.size() < count) {
    const ap_uint<PORT> beat = in.read();
    for (int i = 0; i < LANES; i++)
      frame.push_back(static_cast<long long>(ELEM::decode(lane<ELEM::bits>(beat, i))));
  }
  if (!in.empty()) {
    std::fprintf(stderr, "a frame has more beats than it should\n");
    std::exit(1);
  }
  return frame;
}

/// `count` integers of eight bytes each, the lowest first; whether they were all there.
inline bool read_codes(std::FILE *file, std::size_t count, codes &frame) {
  std::vector<unsigned char> bytes(count * 8);
  if (std::fread(bytes.data(), 8, count, file) != count) return false;
  frame.resize(count);
  for (std::size_t i = 0; i < count; i++) {
    unsigned long long value = 0;
    for (int k = 7; k >= 0; k--) value = value << 8 | bytes[i * 8 + k];
    frame[i] = static_cast<long long>(value);
  }
  return true;
}

inline void write_codes(std::FILE *file, const codes &frame) {
  std::vector<unsigned char> bytes(frame.size() * 8);
  for (std::size_t i = 0; i < frame.size(); i++) {
    const unsigned long long value = static_cast<unsigned long long>(frame[i]);
    for (int k = 0; k < 8; k++) bytes[i * 8 + k] = static_cast<unsigned char>(value >> (8 * k));
  }
  std::fwrite(bytes.data(), 8, frame.size(), file);
}

/// `count` integers in decimal from a file; whether they were all there.
inline bool scan_codes(std::FILE *file, std::size_t count, codes &frame) {
  frame.resize(count);
  for (std::size_t i = 0; i < count; i++)
    if (std::fscanf(file, "%lld", &frame[i]) != 1) return false;
  return true;
}

/// How many integers differ; the first ten of a frame are shown.
inline int differences(const char *name, int frame, const codes &got, const codes &expected) {
  int wrong = 0;
  for (std::size_t i = 0; i < expected.size(); i++) {
    if (got[i] == expected[i]) continue;
    if (wrong++ < 10)
      std::printf("%s frame %d element %u: %lld, expected %lld\n", name, frame, static_cast<unsigned>(i), got[i],
                  expected[i]);
  }
  return wrong;
}

/// One frame, a port each.
typedef std::vector<codes> frames;

/// A port's name and the elements of its frame.
struct port {
  port(const char *its_name, std::size_t its_count) : name(its_name), count(its_count) {}
  const char *name;
  std::size_t count;
};

typedef std::vector<port> ports;
typedef frames (*design)(const frames &);

/// Frames from standard input to standard output until there are no more.
inline int run(const ports &inputs, design run_frame) {
  for (;;) {
    frames frame(inputs.size());
    for (std::size_t i = 0; i < inputs.size(); i++)
      if (!read_codes(stdin, inputs[i].count, frame[i])) return i == 0 && std::feof(stdin) ? 0 : 1;
    for (const codes &result : run_frame(frame)) write_codes(stdout, result);
  }
}

/// Recorded frames of a folder, `<port>.txt` each.
inline int check(const std::string &folder, const ports &inputs, const ports &outputs, design run_frame) {
  std::vector<std::FILE *> files;
  ports all = inputs;
  all.insert(all.end(), outputs.begin(), outputs.end());
  bool is_open = true;
  for (const port &each : all) {
    const std::string path = folder + "/" + each.name + ".txt";
    files.push_back(std::fopen(path.c_str(), "r"));
    if (files.back() != nullptr) continue;
    std::printf("FAIL there is no %s\n", path.c_str());
    is_open = false;
  }
  int count = 0, wrong = 0;
  for (bool more = is_open; more;) {
    frames recorded(all.size());
    for (std::size_t i = 0; i < all.size(); i++) more = more && scan_codes(files[i], all[i].count, recorded[i]);
    if (!more) break;
    const frames got = run_frame(frames(recorded.begin(), recorded.begin() + static_cast<long>(inputs.size())));
    for (std::size_t i = 0; i < outputs.size(); i++)
      wrong += differences(outputs[i].name, count, got[i], recorded[inputs.size() + i]);
    count++;
  }
  for (std::FILE *file : files)
    if (file != nullptr) std::fclose(file);
  if (!is_open || count == 0 || wrong > 0) {
    std::printf("FAIL %d elements of %d frames differ\n", wrong, count);
    return 1;
  }
  std::printf("PASS %d frames\n", count);
  return 0;
}

/// A test bench's `main`: `--run`, or the folder of the recorded frames, this one unless given.
inline int program(int argc, char **argv, const ports &inputs, const ports &outputs, design run_frame) {
  const std::string argument = argc > 1 ? argv[1] : ".";
  if (argument == "--run") return run(inputs, run_frame);
  return check(argument, inputs, outputs, run_frame);
}

} // namespace host
} // namespace gatefold

#endif
