import { inflateSync } from "node:zlib";

/** Files that NumPy 2.4 wrote, deflated and in base64. */
const FILES = {
  "big-endian float64":
    "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBul2ahrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RqGOgrGmjoKtQpkAy77HwxgcABCMdR/gNAAHiUe1w==",
  "fortran int16":
    "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBuk2mkrqOgnpZfVFKUmBefX5SSChIPKSpNBQoXZyQWpAK5GkY6CsY6CiaaOgq1CmQCLgYGHgYWBgEGDgYRBkYGXgZWBkEGTgZRBiYGPgY2BiEGLgYxBmYGfgZ2BmEGbgZxBgCNVRx2",
  "int64 scalar":
    "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBuk2mhrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RqaOgq1ChQBLgYIOAAAKWwcAg==",
  bool: "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBek2SorqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RrGOpo6CrUKFAAuRgZGAL1yG5U=",
  float16:
    "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBuk2akrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RrGOpo6CrUKFACuUNP/1YwNAP8MHd0=",
  "version 2 uint32":
    "eNqb7BfqGxDJxFDCwMBQrZ6SWpxcpG6loG5XaqKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6mjoKtQpkAy6gtYz/gQAACuUfJg==",
  "version 3":
    "eNqb7BfqGxDJzFDCwMBQrZ6SWpxcpG6loF5Taqiuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GoY6mjoKtQpkAy52AFtwG2s=",
  empty:
    "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBuk2airqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RoGOgrGmjoKtQpkAy4AVesbag==",
  savez:
    "eNoL8GZm0WWAAEUGpjd7V/6HAlYGEYZEvbyCSkYGAYYeqBIYPdkv1DcgkpGhjKFaPSW1OLlI3UpB3SbTRF1HQT0tv6ikKDEvPr8oJRUk7paYU5wKFC/OSCxIBfI1jHU0dRRqFSgAXCA3MAIxExAHoHghvccnHdkLSTAvLIAqWYDXC2kWRHnBSEfBiDJPcEFc8cGeASv4YB/gzciky4waNz3QKGBFUtkACgdITKFrAYXFAqiXUbUcBpJJEC2sbAzggGRiSAPSs8CmAQAVO2VA",
  savez_compressed:
    "eNoL8GZm0WVgYOAAYkWGlk2z/8MAK4MIQ4VeXkElI4MAwxQGCPCC0rPfiL+SFjh5IuBYwNp5k6LmxCzJW7ogb3LaonWLF8ybFh8SNGWG+Pz4KZO4hMq9z2j6sXaJp6uILWH6KbXMapYV11YuEQY9tja26hIehgBvRiZdZlQngGwB2cjKgAANjCAS7KAAb1Y2EIcRCI2BdCNYAQCT2jWu",
  object:
    "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBe46+uo6Cell9UUpSYF59flJIKEnZLzClOBYoXZyQWpAL5GkY6mjoKtQqUAK4Glql9DBDQI5ZXmltQqRefnF+UqpdbmlOSmVhUlFg5pYcnvig1OT+vuKSoNLlkyuQpPaxglVN62PNSIEomT/FmaJ3izJg0pX1K0BQNb0ZvptYpGcw9rCkllQWpIC1M/hZTOjsgssw9jDVT/Pz8vP4DAZjwti+ZktQZO0Wjdoo3YyqQrQcAGgJZxw==",
  record:
    "eNqb7BfqGxDJyFDGUK2eklqcXKRupRCtoZ6orqOgbpNmoq6po6ChngTmZRqpa8YCGWn5RSVFiXnx+UUpqSDlbok5xalA8eKMxIJUIF/DSAeoq1aBGMDFgAQArsgdOw==",
  string:
    "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBuE2qkrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RqGOpo6CrUKFACuRAYGhiQgBgApPRwI",
  complex:
    "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBuk2xopq6joJ6WX1RSlJgXn1+UkgqScEvMKU4FihdnJBakAvkahjqaOgq1CuQDLgYw+GAPoRkcABOlHNc=",
} as const;

export type NumpyFile = keyof typeof FILES;

export function numpyFile(name: NumpyFile): Uint8Array {
  return new Uint8Array(inflateSync(Buffer.from(FILES[name], "base64")));
}
