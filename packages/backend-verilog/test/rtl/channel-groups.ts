import {
  affineCase,
  argmaxCase,
  lookupCase,
  requantizeCase,
  type ThresholdParameters,
  thresholdCase,
} from "./channel-cases.js";
import type { StreamCase } from "./stream-case.js";

const signed8 = { inBits: 8, inSigned: true };
const unsigned6 = { inBits: 6, inSigned: false };

const thresholds: readonly Omit<ThresholdParameters, "style">[] = [
  { c: 8, pe: 2, ...signed8, n: 3, tBits: 8, bias: 0, outBits: 2 },
  { c: 6, pe: 6, ...signed8, n: 7, tBits: 9, bias: -4, outBits: 3 },
  { c: 4, pe: 1, ...unsigned6, n: 15, tBits: 7, bias: 0, outBits: 4 },
  { c: 5, pe: 1, ...unsigned6, n: 1, tBits: 7, bias: 0, outBits: 1 },
  { c: 1, pe: 1, ...signed8, n: 1, tBits: 8, bias: 0, outBits: 1 },
  { c: 9, pe: 3, ...signed8, n: 2, tBits: 9, bias: -1, outBits: 2 },
  { c: 3, pe: 1, ...unsigned6, n: 5, tBits: 6, bias: 2, outBits: 5 },
  { c: 4, pe: 4, ...unsigned6, n: 6, tBits: 7, bias: -3, outBits: 6 },
  { c: 2, pe: 1, inBits: 9, inSigned: true, n: 255, tBits: 10, bias: -128, outBits: 8 },
  { c: 1, pe: 1, inBits: 9, inSigned: false, n: 255, tBits: 10, bias: 0, outBits: 8 },
  { c: 4, pe: 2, inBits: 1, inSigned: false, n: 1, tBits: 2, bias: 0, outBits: 1 },
];

const byte = { low: 0, high: 255, offset: 0, outBits: 8 };
const signedByte = { low: -128, high: 127, offset: 0, outBits: 8 };
const even = { drop: 0, tiesEven: true };
const up = { drop: 0, tiesEven: false };
const accumulator = { inBits: 12, inSigned: true };

/** Cases of the channel-wise kernels. */
export const channelGroups: Readonly<Record<string, readonly StreamCase[]>> = {
  "gf_threshold: parallel comparators": thresholds.map((p, index) =>
    thresholdCase({ ...p, style: 0 }, index),
  ),
  "gf_threshold: binary search": thresholds.map((p, index) => thresholdCase({ ...p, style: 1 }, 50 + index)),
  "gf_argmax: ties go to the lowest index": [
    argmaxCase({ c: 10, pe: 1, inBits: 3, inSigned: true }, 1),
    argmaxCase({ c: 10, pe: 2, inBits: 2, inSigned: false }, 2),
    argmaxCase({ c: 10, pe: 10, inBits: 3, inSigned: true }, 3),
    argmaxCase({ c: 10, pe: 5, ...signed8 }, 4),
    argmaxCase({ c: 2, pe: 1, inBits: 1, inSigned: false }, 5),
    argmaxCase({ c: 1, pe: 1, ...signed8 }, 6),
    argmaxCase({ c: 21, pe: 7, inBits: 2, inSigned: true }, 7),
    argmaxCase({ c: 64, pe: 8, inBits: 4, inSigned: false }, 8),
  ],
  "gf_lookup: tables with an offset, any depth": [
    lookupCase({ c: 6, pe: 2, inBits: 4, inSigned: true, outBits: 5, low: -8, depth: 16 }, 1),
    lookupCase({ c: 3, pe: 3, inBits: 4, inSigned: false, outBits: 1, low: 0, depth: 16 }, 2),
    lookupCase({ c: 5, pe: 1, inBits: 6, inSigned: true, outBits: 9, low: -11, depth: 19 }, 3),
    lookupCase({ c: 1, pe: 1, inBits: 3, inSigned: false, outBits: 4, low: 2, depth: 1 }, 4),
    lookupCase({ c: 4, pe: 2, inBits: 5, inSigned: false, outBits: 3, low: 7, depth: 25 }, 5),
  ],
  "gf_requantize: one factor or one a channel, ties, bounds of any kind": [
    requantizeCase(
      { c: 6, pe: 2, ...accumulator, factor: 1, mBits: 1, bBits: 11, shift: 4, ...even, ...byte },
      1,
    ),
    requantizeCase(
      { c: 4, pe: 1, ...accumulator, factor: 1, mBits: 1, bBits: 9, shift: 3, ...even, ...signedByte },
      2,
    ),
    requantizeCase(
      { c: 4, pe: 4, ...accumulator, factor: -1, mBits: 7, bBits: 18, shift: 10, ...up, ...byte },
      3,
    ),
    requantizeCase(
      { c: 6, pe: 3, ...unsigned6, factor: -1, mBits: 9, bBits: 8, shift: 3, ...up, ...signedByte, drop: 5 },
      4,
    ),
    requantizeCase({ c: 3, pe: 1, ...signed8, factor: 11, mBits: 4, bBits: 12, shift: 5, ...up, ...byte }, 5),
    requantizeCase(
      { c: 5, pe: 5, ...signed8, factor: 4, mBits: 3, bBits: 6, shift: 2, ...even, ...signedByte },
      6,
    ),
    requantizeCase(
      {
        c: 2,
        pe: 1,
        ...accumulator,
        factor: -1,
        mBits: 5,
        bBits: 14,
        shift: 8,
        ...even,
        low: -1,
        high: 13,
        offset: 1,
        outBits: 4,
      },
      7,
    ),
    requantizeCase(
      {
        c: 4,
        pe: 2,
        ...accumulator,
        factor: 3,
        mBits: 2,
        bBits: 10,
        shift: 6,
        ...up,
        low: -5,
        high: 9,
        offset: 0,
        outBits: 5,
      },
      8,
    ),
    requantizeCase(
      {
        c: 2,
        pe: 2,
        ...unsigned6,
        factor: 2,
        mBits: 2,
        bBits: 8,
        shift: 0,
        ...even,
        low: 3,
        high: 40,
        offset: -2,
        outBits: 6,
      },
      9,
    ),
    requantizeCase(
      { c: 1, pe: 1, ...signed8, factor: 1, mBits: 1, bBits: 1, shift: 12, ...up, ...signedByte },
      10,
    ),
    requantizeCase(
      {
        c: 2,
        pe: 1,
        inBits: 21,
        inSigned: true,
        factor: -1,
        mBits: 29,
        bBits: 45,
        shift: 37,
        ...up,
        ...byte,
      },
      11,
    ),
    requantizeCase(
      {
        c: 2,
        pe: 1,
        inBits: 4,
        inSigned: true,
        factor: 1,
        mBits: 1,
        bBits: 4,
        shift: 1,
        ...up,
        low: -64,
        high: 63,
        offset: 0,
        outBits: 8,
      },
      12,
    ),
    requantizeCase(
      { c: 3, pe: 1, ...accumulator, factor: 0, mBits: 1, bBits: 4, shift: 0, ...even, ...signedByte },
      14,
    ),
  ],
  "gf_affine: signed factors and offsets": [
    affineCase({ c: 6, pe: 2, ...signed8, aBits: 5, bBits: 12, outBits: 16 }, 1),
    affineCase({ c: 3, pe: 3, ...unsigned6, aBits: 4, bBits: 3, outBits: 12 }, 2),
    affineCase({ c: 4, pe: 1, ...signed8, aBits: 8, bBits: 20, outBits: 22 }, 3),
    affineCase({ c: 1, pe: 1, inBits: 1, inSigned: false, aBits: 1, bBits: 1, outBits: 4 }, 4),
  ],
};
