/*
 * Elements of a network as the bytes of an AXI4-Stream, and back. C99, no libraries beyond the standard headers, no state,
 * no allocation.
 *
 * A frame is `elements` codes in row-major order, channels innermost. A beat carries `lanes` of them, lane 0 in the low bits, each in
 * exactly `width_bits` bits without gaps, and the beat padded with zeros to `beat_bytes` bytes, little-endian.
 * A port names beat_bytes; a bus that wants a power of two takes the same beats with more zeros: gatefold_pack_as.
 */
#ifndef GATEFOLD_STREAM_H
#define GATEFOLD_STREAM_H

#include <stddef.h>
#include <stdint.h>

typedef enum { GATEFOLD_UNSIGNED, GATEFOLD_SIGNED, GATEFOLD_BIPOLAR } gatefold_code;

typedef struct {
    gatefold_code code;
    uint32_t      width_bits; /* 1 to 63 */
    uint32_t      elements;   /* a frame */
    uint32_t      lanes;      /* elements a beat */
    uint32_t      beat_bytes;
} gatefold_port;

/* Linear quantizer: code = round(clip(x / scale + zero_point, low, high)), halves to even; with round_first,
 * code = clip(round(x / scale) + zero_point, low, high). */
typedef struct {
    double scale, zero_point, low, high;
    int    round_first;
} gatefold_encoding;

/* Value = (code - zero_point) * scale + offset; scales and offsets have one element, or one a channel. */
typedef struct {
    double        zero_point;
    const double *scale;
    uint32_t      scales;
    const double *offset;
    uint32_t      offsets;
} gatefold_decoding;

/* One frame into `elements / lanes * beat_bytes` bytes. */
static inline void gatefold_pack_as(const gatefold_port *port, uint32_t beat_bytes, const int64_t *codes, uint8_t *bytes)
{
    const size_t size = (size_t)(port->elements / port->lanes) * beat_bytes;
    for (size_t i = 0; i < size; i++) bytes[i] = 0;
    for (uint32_t i = 0; i < port->elements; i++) {
        uint8_t *beat = bytes + (size_t)(i / port->lanes) * beat_bytes;
        uint32_t at   = (i % port->lanes) * port->width_bits;
        uint64_t left = port->code == GATEFOLD_BIPOLAR ? (uint64_t)(codes[i] > 0) : (uint64_t)codes[i];
        left &= ((uint64_t)1 << port->width_bits) - 1;
        while (left != 0) {
            beat[at / 8] |= (uint8_t)(left << (at % 8));
            left >>= 8 - at % 8;
            at += 8 - at % 8;
        }
    }
}

/* One frame from bytes. */
static inline void gatefold_unpack_as(const gatefold_port *port, uint32_t beat_bytes, const uint8_t *bytes, int64_t *codes)
{
    for (uint32_t i = 0; i < port->elements; i++) {
        const uint8_t *beat  = bytes + (size_t)(i / port->lanes) * beat_bytes;
        const uint32_t first = (i % port->lanes) * port->width_bits;
        uint64_t       value = 0;
        for (uint32_t bit = 0; bit < port->width_bits; bit++) {
            const uint32_t at = first + bit;
            value |= (uint64_t)(beat[at / 8] >> (at % 8) & 1) << bit;
        }
        codes[i] = (int64_t)value;
        if (port->code == GATEFOLD_BIPOLAR)
            codes[i] = value != 0 ? 1 : -1;
        else if (port->code == GATEFOLD_SIGNED && value >> (port->width_bits - 1) != 0)
            codes[i] -= (int64_t)((uint64_t)1 << port->width_bits);
    }
}

static inline void gatefold_pack(const gatefold_port *port, const int64_t *codes, uint8_t *bytes)
{
    gatefold_pack_as(port, port->beat_bytes, codes, bytes);
}

static inline void gatefold_unpack(const gatefold_port *port, const uint8_t *bytes, int64_t *codes)
{
    gatefold_unpack_as(port, port->beat_bytes, bytes, codes);
}

/* The nearest integer, halves to even. Needs |x| < 2^62. */
static inline double gatefold_round(double x)
{
    const int64_t cut   = (int64_t)x;
    const int64_t floor = (double)cut > x ? cut - 1 : cut;
    const double  rest  = x - (double)floor;
    return (double)(rest > 0.5 || (rest == 0.5 && floor % 2 != 0) ? floor + 1 : floor);
}

static inline int64_t gatefold_encode(const gatefold_encoding *e, double x)
{
    const double real = x / e->scale;
    /* beyond any code and within what gatefold_round takes */
    const double safe = real > 4e18 ? 4e18 : real < -4e18 ? -4e18 : real;
    const double code = (e->round_first ? gatefold_round(safe) : safe) + e->zero_point;
    return (int64_t)gatefold_round(code < e->low ? e->low : code > e->high ? e->high : code);
}

/* `channel`: index of the element along the last axis. */
static inline double gatefold_decode(const gatefold_decoding *d, int64_t code, uint32_t channel)
{
    return ((double)code - d->zero_point) * d->scale[d->scales > 1 ? channel : 0] + d->offset[d->offsets > 1 ? channel : 0];
}

#endif
