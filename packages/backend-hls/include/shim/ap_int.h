// Arbitrary-precision integers for the host: as much of Xilinx's ap_int.h as the kernels use, where that is not there.
//
// ap_int<W>, 1 to 64 bits, and ap_uint<W> of any width wrap modulo 2^W as Xilinx's do. Values up to 63 bits convert to
// `long long`, in which C++ computes: exact as long as no intermediate result leaves 64 bits, where Xilinx's would grow.
// Beyond 64 bits an ap_uint holds bits: ranges, single bits, shifts by whole lanes, comparison.
#ifndef GATEFOLD_SHIM_AP_INT_H
#define GATEFOLD_SHIM_AP_INT_H

#include <cassert>
#include <type_traits>

template <int W> class ap_int;
template <int W> class ap_uint;

namespace ap_shim {

typedef unsigned long long word;
typedef long long integer;

/// The low `bits` bits set, of 0 to 64.
constexpr word mask(int bits) { return bits >= 64 ? ~0ULL : (1ULL << bits) - 1; }

/// Two's complement of `bits` bits as an integer.
constexpr integer extend(word value, int bits) {
  return static_cast<integer>(((value & mask(bits)) ^ (1ULL << (bits - 1))) - (1ULL << (bits - 1)));
}

/// The smallest machine type of at least W bits.
template <int W, bool SIGNED> struct machine {
  typedef typename std::conditional<
      W <= 8, signed char,
      typename std::conditional<W <= 16, short, typename std::conditional<W <= 32, int, long long>::type>::type>::type
      as_signed;
  typedef typename std::conditional<SIGNED, as_signed, typename std::make_unsigned<as_signed>::type>::type type;
};

template <class I> using if_integral = typename std::enable_if<std::is_integral<I>::value, int>::type;

/// Bits `low … high` of an ap_uint, to read.
template <int W> class const_range {
public:
  constexpr const_range(const ap_uint<W> &source, int high, int low) : source_(source), high_(high), low_(low) {}
  int length() const { return high_ - low_ + 1; }
  /// `count` bits, at most 64, from `at` on; 0 beyond the end.
  word bits(int at, int count) const {
    const int left = length() - at;
    if (left <= 0) return 0;
    return source_.bits(low_ + at, count < left ? count : left);
  }
  word to_uint64() const { return bits(0, 64); }

private:
  const ap_uint<W> &source_;
  int high_, low_;
};

/// Bits `low … high` of an ap_uint, to read and write.
template <int W> class range {
public:
  range(ap_uint<W> &target, int high, int low) : target_(target), high_(high), low_(low) {}
  template <class V> range &operator=(const V &value) {
    const int length = high_ - low_ + 1;
    for (int at = 0; at < length; at += 64) {
      const int count = length - at < 64 ? length - at : 64;
      target_.set_bits(low_ + at, count, chunk(value, at));
    }
    return *this;
  }
  int length() const { return high_ - low_ + 1; }
  word bits(int at, int count) const { return const_range<W>(target_, high_, low_).bits(at, count); }
  word to_uint64() const { return bits(0, 64); }

private:
  template <class I, if_integral<I> = 0> static word chunk(I value, int at) {
    return at == 0 ? static_cast<word>(static_cast<integer>(value)) : value < 0 ? ~0ULL : 0;
  }
  template <int M> static word chunk(const ap_uint<M> &value, int at) {
    return at >= M ? 0 : value.bits(at, M - at < 64 ? M - at : 64);
  }
  template <int M> static word chunk(const ap_int<M> &value, int at) {
    return chunk(static_cast<integer>(value), at);
  }
  template <int M> static word chunk(const const_range<M> &value, int at) { return value.bits(at, 64); }

  ap_uint<W> &target_;
  int high_, low_;
};

/// One bit of an ap_uint, to read and write.
template <int W> class bit {
public:
  bit(ap_uint<W> &target, int index) : target_(target), index_(index) {}
  bit &operator=(bool value) {
    target_.set_bits(index_, 1, value ? 1 : 0);
    return *this;
  }
  operator bool() const { return target_.bits(index_, 1) != 0; }

private:
  ap_uint<W> &target_;
  int index_;
};

/// Up to 64 bits in one machine word; those above W are 0.
template <int W, bool WIDE = (W > 64)> class bits_of {
public:
  constexpr bits_of() : value_(0) {}
  constexpr word bits(int low, int count) const { return (static_cast<word>(value_) >> low) & mask(count); }
  void set_bits(int low, int count, word value) {
    const word field = mask(count) << low;
    value_ = static_cast<store>((static_cast<word>(value_) & ~field) | ((value << low) & field));
  }
  constexpr word to_uint64() const { return value_; }

protected:
  typedef typename machine<W, false>::type store;
  constexpr explicit bits_of(word value) : value_(static_cast<store>(value & mask(W))) {}
  void drop(int count) { value_ = static_cast<store>(count >= 64 ? 0 : static_cast<word>(value_) >> count); }
  constexpr bool same(const bits_of &other) const { return value_ == other.value_; }
  store value_;
};

/// More than 64 bits, the lowest word first; those above W are 0.
template <int W> class bits_of<W, true> {
public:
  constexpr bits_of() : words_() {}
  word bits(int low, int count) const {
    const int at = low / 64, shift = low % 64;
    word value = words_[at] >> shift;
    if (shift + count > 64) value |= words_[at + 1] << (64 - shift);
    return value & mask(count);
  }
  void set_bits(int low, int count, word value) {
    const int at = low / 64, shift = low % 64;
    value &= mask(count);
    words_[at] = (words_[at] & ~(mask(count) << shift)) | (value << shift);
    if (shift + count > 64) {
      const int done = 64 - shift;
      words_[at + 1] = (words_[at + 1] & ~mask(count - done)) | (value >> done);
    }
  }
  constexpr word to_uint64() const { return words_[0]; }

protected:
  constexpr explicit bits_of(word value) : words_() { words_[0] = value; }
  void drop(int count) {
    for (int low = 0; low < W; low += 64) {
      const int left = W - count - low;
      words_[low / 64] = left <= 0 ? 0 : bits(low + count, left < 64 ? left : 64);
    }
  }
  bool same(const bits_of &other) const {
    for (int i = 0; i < (W + 63) / 64; i++)
      if (words_[i] != other.words_[i]) return false;
    return true;
  }
  word words_[(W + 63) / 64];
};

/// How an unsigned value of W bits takes part in arithmetic.
template <int W> struct arithmetic {
  typedef typename std::conditional<W <= 63, integer, word>::type type;
};

} // namespace ap_shim

/// W bits, unsigned.
template <int W> class ap_uint : public ap_shim::bits_of<W> {
  typedef ap_shim::bits_of<W> base;
  typedef ap_shim::word word;

public:
  static const int width = W;

  constexpr ap_uint() : base() {}
  template <class I, ap_shim::if_integral<I> = 0>
  constexpr ap_uint(I value) : base(static_cast<word>(value)) {}
  template <int M> ap_uint(const ap_uint<M> &other) { copy(other, M); }
  template <int M> constexpr ap_uint(const ap_int<M> &other) : base(static_cast<word>(other.to_int64())) {
    static_assert(W <= 64, "a signed value goes into at most 64 bits");
  }
  template <int M> ap_uint(const ap_shim::const_range<M> &other) { copy(other, other.length()); }
  template <int M> ap_uint(const ap_shim::range<M> &other) { copy(other, other.length()); }

  ap_shim::range<W> range(int high, int low) {
    assert(0 <= low && low <= high && high < W);
    return ap_shim::range<W>(*this, high, low);
  }
  ap_shim::const_range<W> range(int high, int low) const {
    assert(0 <= low && low <= high && high < W);
    return ap_shim::const_range<W>(*this, high, low);
  }
  ap_shim::bit<W> operator[](int index) {
    assert(0 <= index && index < W);
    return ap_shim::bit<W>(*this, index);
  }
  bool operator[](int index) const {
    assert(0 <= index && index < W);
    return this->bits(index, 1) != 0;
  }

  /// Up to 64 bits compute; wider values are bits only.
  constexpr operator typename ap_shim::arithmetic<W>::type() const {
    static_assert(W <= 64, "arithmetic goes up to 64 bits");
    return static_cast<typename ap_shim::arithmetic<W>::type>(this->to_uint64());
  }

  ap_uint &operator>>=(int count) {
    this->drop(count);
    return *this;
  }
  template <class V> ap_uint &operator+=(const V &value) { return *this = ap_uint(to_word(*this) + to_word(value)); }
  template <class V> ap_uint &operator-=(const V &value) { return *this = ap_uint(to_word(*this) - to_word(value)); }
  ap_uint &operator++() { return *this += 1; }
  bool equals(const ap_uint &other) const { return this->same(other); }

private:
  template <class V> static word to_word(const V &value) { return static_cast<word>(value); }
  template <class V> void copy(const V &from, int length) {
    const int common = length < W ? length : W;
    for (int at = 0; at < common; at += 64) {
      const int count = common - at < 64 ? common - at : 64;
      this->set_bits(at, count, from.bits(at, count));
    }
  }
};

/// Two's complement of W bits, up to 64.
template <int W> class ap_int {
  static_assert(W >= 1 && W <= 64, "a signed value has 1 to 64 bits");
  typedef ap_shim::word word;

public:
  static const int width = W;

  constexpr ap_int() : value_(0) {}
  template <class I, ap_shim::if_integral<I> = 0>
  constexpr ap_int(I value) : value_(static_cast<store>(ap_shim::extend(static_cast<word>(value), W))) {}
  template <int M> constexpr ap_int(const ap_int<M> &other) : ap_int(other.to_int64()) {}
  template <int M> constexpr ap_int(const ap_uint<M> &other) : ap_int(other.to_uint64()) {}

  constexpr long long to_int64() const { return value_; }
  constexpr operator long long() const { return value_; }
  template <class V> ap_int &operator+=(const V &value) { return *this = ap_int(to_word(*this) + to_word(value)); }
  template <class V> ap_int &operator-=(const V &value) { return *this = ap_int(to_word(*this) - to_word(value)); }

private:
  typedef typename ap_shim::machine<W, true>::type store;
  template <class V> static word to_word(const V &value) { return static_cast<word>(value); }
  store value_;
};

/// A shift to the left drops what leaves the type.
template <int W> constexpr ap_int<W> operator<<(const ap_int<W> &value, int count) {
  return ap_int<W>(count >= 64 ? 0 : static_cast<ap_shim::word>(value.to_int64()) << count);
}
template <int W> constexpr ap_int<W> operator>>(const ap_int<W> &value, int count) {
  return ap_int<W>(value.to_int64() >> (count >= 64 ? 63 : count));
}

template <int W> bool operator==(const ap_uint<W> &a, const ap_uint<W> &b) { return a.equals(b); }
template <int W> bool operator!=(const ap_uint<W> &a, const ap_uint<W> &b) { return !a.equals(b); }

#endif
