/*
 * Other weights for a circuit that was built with writable ones. C99, no libraries beyond the standard headers, no state, no allocation.
 *
 * Weights are integers in the kernel's order, row-major, as host/kernels.gf has them. Write them while no frame is in the circuit.
 */
#ifndef GATEFOLD_WEIGHTS_H
#define GATEFOLD_WEIGHTS_H

#include <stddef.h>
#include <stdint.h>

/* What the sums of each output may reach: one limit, or one an output. */
typedef struct {
    int64_t        input_low, input_high;
    uint32_t       outputs; /* weight i counts for output (i / inner) % outputs */
    uint32_t       inner;
    const int64_t *low;
    const int64_t *high;
    uint32_t       limits;
} gatefold_sums;

typedef struct {
    uint32_t             elements;
    uint32_t             depth;           /* words */
    uint32_t             fields_per_word;
    uint32_t             field_bits;      /* 1 to 63 */
    uint32_t             base_bytes;
    uint32_t             stride_bytes;    /* from word to word */
    uint32_t             parts;           /* of 32 bits, a word */
    int                  bipolar;         /* -1 is stored as 0, +1 as 1 */
    int64_t              low, high;
    uint32_t             counters;
    const uint32_t      *order;           /* count and step of each counter, the slowest first */
    const gatefold_sums *sums;
} gatefold_weights;

/* Index in the weights of field `field`, counted over all words. */
static inline uint32_t gatefold_weights_index(const gatefold_weights *w, uint32_t field)
{
    uint32_t at = 0;
    for (uint32_t c = w->counters; c-- > 0;) {
        at += field % w->order[2 * c] * w->order[2 * c + 1];
        field /= w->order[2 * c];
    }
    return at;
}

/* Part `part` of word `word`, low bits first. */
static inline uint32_t gatefold_weights_part(const gatefold_weights *w, const int64_t *weights, uint32_t word, uint32_t part)
{
    uint32_t bits = 0;
    for (uint32_t bit = 0; bit < 32; bit++) {
        const uint32_t at = 32 * part + bit;
        if (at >= w->fields_per_word * w->field_bits) break;
        const uint32_t field = word * w->fields_per_word + at / w->field_bits;
        const int64_t  value = weights[gatefold_weights_index(w, field)];
        const uint64_t code  = w->bipolar ? (uint64_t)(value > 0) : (uint64_t)value;
        bits |= (uint32_t)(code >> (at % w->field_bits) & 1) << bit;
    }
    return bits;
}

/* 1 where the circuit computes with these weights rightly: each in its range, and no sum overflows. */
static inline int gatefold_weights_fit(const gatefold_weights *w, const int64_t *weights)
{
    for (uint32_t i = 0; i < w->elements; i++)
        if (weights[i] < w->low || weights[i] > w->high || (w->bipolar && weights[i] == 0)) return 0;
    const gatefold_sums *s = w->sums;
    for (uint32_t o = 0; o < s->outputs; o++) {
        int64_t low = 0, high = 0;
        for (uint32_t i = 0; i < w->elements; i++) {
            if (i / s->inner % s->outputs != o) continue;
            const int64_t a = weights[i] * s->input_low, b = weights[i] * s->input_high;
            low += a < b ? a : b;
            high += a < b ? b : a;
        }
        const uint32_t limit = s->limits > 1 ? o : 0;
        if (low < s->low[limit] || high > s->high[limit]) return 0;
    }
    return 1;
}

/* Writes a kernel's weights; `port` is where the circuit's AXI4-Lite slave is mapped. 0, or -1 with nothing written where they do not fit. */
static inline int gatefold_weights_write(const gatefold_weights *w, volatile uint32_t *port, const int64_t *weights)
{
    if (!gatefold_weights_fit(w, weights)) return -1;
    for (uint32_t word = 0; word < w->depth; word++) {
        volatile uint32_t *to = port + (w->base_bytes + (size_t)word * w->stride_bytes) / 4;
        for (uint32_t p = 0; p < w->parts; p++) to[p] = gatefold_weights_part(w, weights, word, p);
    }
    return 0;
}

#endif
