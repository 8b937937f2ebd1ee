// What the kernels expect of ap_int and ap_uint, of the shim or of the vendor: wrapping, ranges across words, shifts.
#include <ap_int.h>

#include <cstdio>

static int failures = 0;

template <class A, class B> static void expect(const char *what, const A &got, const B &wanted) {
  if (static_cast<long long>(got) == static_cast<long long>(wanted)) return;
  std::printf("%s: %lld, expected %lld\n", what, static_cast<long long>(got), static_cast<long long>(wanted));
  failures++;
}

static void wraps() {
  expect("ap_uint<3>(9)", ap_uint<3>(9), 1);
  expect("ap_uint<3>(-1)", ap_uint<3>(-1), 7);
  expect("ap_int<3>(4)", ap_int<3>(4), -4);
  expect("ap_int<3>(-5)", ap_int<3>(-5), 3);
  expect("ap_int<1>(1)", ap_int<1>(1), -1);
  expect("ap_int<8>(ap_uint<8>(200))", ap_int<8>(ap_uint<8>(200)), -56);
  expect("ap_uint<4>(ap_int<8>(-3))", ap_uint<4>(ap_int<8>(-3)), 13);
  expect("ap_int<64>", ap_int<64>(-9223372036854775807LL), -9223372036854775807LL);
  expect("ap_int<40>(2^39)", ap_int<40>(1LL << 39), -(1LL << 39));
  ap_uint<5> sum = 30;
  sum += 5;
  expect("30 + 5 in 5 bits", sum, 3);
  ap_int<5> difference = -14;
  difference -= 5;
  expect("-14 - 5 in 5 bits", difference, 13);
}

static void arithmetic() {
  const ap_int<8> a = -100;
  const ap_uint<8> b = 200;
  expect("-100 * 200", ap_int<20>(a * b), -20000);
  expect("-100 + 200", ap_int<20>(a + b), 100);
  expect("-100 < 200", a < b, true);
  expect("-(-128)", ap_int<9>(-ap_int<8>(-128)), 128);
  expect("-100 >> 3", ap_int<8>(a >> 3), -13);
  expect("-100 << 1 in 8 bits", ap_int<8>(a << 1), 56);
  expect("odd", (ap_int<8>(-3) & 1) != 0, true);
}

static void ranges() {
  ap_uint<200> wide = 0;
  for (int i = 0; i < 20; i++) wide.range(10 * i + 9, 10 * i) = ap_uint<10>(1000 - 37 * i);
  for (int i = 0; i < 20; i++) expect("a lane", ap_uint<10>(wide.range(10 * i + 9, 10 * i)), 1000 - 37 * i);
  const ap_uint<90> part = ap_uint<90>(wide.range(129, 40));
  for (int i = 0; i < 9; i++) expect("a lane of a part", ap_uint<10>(part.range(10 * i + 9, 10 * i)), 1000 - 37 * (i + 4));
  ap_uint<200> shifted = wide;
  shifted >>= 70;
  for (int i = 0; i < 13; i++) expect("a shifted lane", ap_uint<10>(shifted.range(10 * i + 9, 10 * i)), 1000 - 37 * (i + 7));
  expect("what came in", ap_uint<60>(shifted.range(189, 130)), 0);
  wide.range(127, 64) = ap_uint<64>(0xfedcba9876543210ULL);
  expect("a word", ap_uint<64>(wide.range(127, 64)), static_cast<long long>(0xfedcba9876543210ULL));
  expect("beside it", ap_uint<4>(wide.range(63, 60)), (1000 - 37 * 6) % 16);
  const ap_uint<200> copy = wide;
  expect("equal", copy == wide, true);
  wide.range(199, 199) = ap_uint<1>(~wide.range(199, 199).to_uint64() & 1);
  expect("unequal", copy == wide, false);
  ap_uint<12> narrow = 0xabc;
  narrow.range(7, 4) = ap_uint<4>(5);
  expect("in a narrow word", narrow, 0xa5c);
}

int main() {
  wraps();
  arithmetic();
  ranges();
  std::printf(failures == 0 ? "PASS\n" : "FAIL\n");
  return failures == 0 ? 0 : 1;
}
