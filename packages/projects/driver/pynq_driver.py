"""Runs a Gatefold circuit on a PYNQ board. Packing and encoding need numpy alone.

    driver = GatefoldDriver("digits.bit")
    classes = driver.infer(images).argmax(axis=1)

The layout of the streams is read from layout.json beside this file.
"""

import json
import os

import numpy as np


class Port:
    """One stream: codes to bytes and back. Frames are the first axis."""

    def __init__(self, layout):
        self.layout = layout
        self.shape = tuple(layout["shape"])

    def pack(self, codes, beat_bytes=None):
        """Integer codes [frames, ...] as uint8 [frames, frame bytes]."""
        one = self.layout
        size = one["beatBytes"] if beat_bytes is None else beat_bytes
        codes = np.asarray(codes)
        if not np.issubdtype(codes.dtype, np.integer):
            raise TypeError("codes have to be integers; encode() makes them from real values")
        if codes.size == 0 or codes.size % one["elements"] != 0:
            raise ValueError(f"{codes.size} elements are no whole frames of {one['elements']}")
        codes = codes.astype(np.int64).reshape(-1, one["beats"], one["lanes"])
        if one["code"] == "bipolar":
            wrong = (codes != 1) & (codes != -1)
        else:
            low = -(1 << (one["widthBits"] - 1)) if one["code"] == "signed" else 0
            wrong = (codes < low) | (codes > low + (1 << one["widthBits"]) - 1)
        if wrong.any():
            raise ValueError(f"{codes[wrong][0]} is not a code of {one['elem']}")
        stored = (codes > 0).astype(np.int64) if one["code"] == "bipolar" else codes
        bits = (stored[..., None] >> np.arange(one["widthBits"])) & 1
        bits = bits.astype(np.uint8).reshape(len(codes), one["beats"], -1)
        padding = 8 * size - bits.shape[2]
        bits = np.pad(bits, ((0, 0), (0, 0), (0, padding)))
        return np.packbits(bits, axis=2, bitorder="little").reshape(len(codes), -1)

    def unpack(self, data, beat_bytes=None):
        """uint8 [frames, frame bytes] as integer codes [frames, ...shape without batch]."""
        one = self.layout
        size = one["beatBytes"] if beat_bytes is None else beat_bytes
        data = np.asarray(data, dtype=np.uint8).reshape(-1, one["beats"], size)
        bits = np.unpackbits(data, axis=2, bitorder="little")[..., : one["lanes"] * one["widthBits"]]
        bits = bits.reshape(len(data), one["elements"], one["widthBits"]).astype(np.int64)
        codes = (bits << np.arange(one["widthBits"])).sum(axis=2)
        if one["code"] == "bipolar":
            codes = 2 * codes - 1
        elif one["code"] == "signed":
            codes = codes - ((codes >> (one["widthBits"] - 1)) << one["widthBits"])
        return codes.reshape(len(data), *self.shape[1:])

    def encode(self, values):
        """Real values, as the network takes them, as codes in the circuit's order."""
        e = self.layout.get("encoding")
        if e is None:
            raise NotImplementedError("these codes are not made by one linear quantizer; see host/head.gf")
        real = np.asarray(values, dtype=np.float64).reshape(-1, *e["shape"][1:]) / e["scale"]
        if e["roundFirst"]:
            codes = np.clip(np.rint(real) + e["zeroPoint"], e["low"], e["high"])
        else:
            codes = np.rint(np.clip(real + e["zeroPoint"], e["low"], e["high"]))
        codes = codes.astype(np.int64)
        return codes.transpose(e["order"]) if "order" in e else codes

    def decode(self, codes):
        """Codes as the real values that the network gives."""
        d = self.layout.get("decoding")
        if d is None:
            raise NotImplementedError("these codes do not become values by scale and offset; see host/tail.gf")
        return (np.asarray(codes) - d["zeroPoint"]) * np.array(d["scale"]) + np.array(d["offset"])


class Weights:
    """The weight memory of one kernel: integers in the kernel's order to the 32-bit parts of its words, and back."""

    def __init__(self, layout):
        self.layout = layout
        self.shape = tuple(layout["shape"])
        at = np.zeros(1, dtype=np.int64)
        for each in layout["order"]:
            at = (at[:, None] + np.arange(each["count"]) * each["step"]).ravel()
        self._at = at  # index in the flat weights of every field, word by word

    def check(self, weights):
        """The weights as int64, of the memory's shape. ValueError for those that the circuit does not compute with rightly."""
        one = self.layout
        weights = np.asarray(weights)
        if not np.issubdtype(weights.dtype, np.integer):
            raise TypeError("weights have to be integers")
        if weights.shape != self.shape:
            raise ValueError(f"weights of shape {weights.shape} for {one['kernel']}, which has {self.shape}")
        weights = weights.astype(np.int64)
        wrong = (weights < one["low"]) | (weights > one["high"])
        if one["elem"] == "bipolar":
            wrong |= weights == 0
        if wrong.any():
            raise ValueError(f"{weights[wrong][0]} is no weight of {one['kernel']}, {one['low']} to {one['high']}")
        sums = one["sums"]
        a, b = weights * sums["inputLow"], weights * sums["inputHigh"]
        others = tuple(i for i in range(weights.ndim) if i != sums["outputAxis"])
        low, high = np.minimum(a, b).sum(axis=others), np.maximum(a, b).sum(axis=others)
        beyond = (low < np.array(sums["low"])) | (high > np.array(sums["high"]))
        if beyond.any():
            o = int(np.argmax(beyond))
            raise ValueError(f"sums of output {o} of {one['kernel']} reach from {low[o]} to {high[o]}, too far for the circuit")
        return weights

    def pack(self, weights):
        """uint32 [words, parts], low bits first."""
        one = self.layout
        fields = self.check(weights).ravel()[self._at]
        if one["elem"] == "bipolar":
            fields = (fields > 0).astype(np.int64)
        bits = ((fields[:, None] >> np.arange(one["fieldBits"])) & 1).astype(np.uint8).reshape(one["depth"], -1)
        bits = np.pad(bits, ((0, 0), (0, 32 * one["parts"] - bits.shape[1])))
        return np.packbits(bits, axis=1, bitorder="little").view("<u4")

    def unpack(self, words):
        """The weights in uint32 [words, parts]."""
        one = self.layout
        data = np.ascontiguousarray(words, dtype="<u4").reshape(one["depth"], -1).view(np.uint8)
        bits = np.unpackbits(data, axis=1, bitorder="little")[:, : one["widthBits"]]
        bits = bits.reshape(-1, one["fieldBits"]).astype(np.int64)
        fields = (bits << np.arange(one["fieldBits"])).sum(axis=1)
        if one["elem"] == "bipolar":
            fields = 2 * fields - 1
        elif one["elem"].startswith("i"):
            fields = fields - ((fields >> (one["fieldBits"] - 1)) << one["fieldBits"])
        weights = np.zeros(len(fields), dtype=np.int64)
        weights[self._at] = fields
        return weights.reshape(self.shape)

    def addresses(self):
        """Byte address of every part, [words, parts]."""
        one = self.layout
        return one["baseBytes"] + one["strideBytes"] * np.arange(one["depth"])[:, None] + 4 * np.arange(one["parts"])


class GatefoldDriver:
    """The circuit in an overlay: input i through the DMA dma_i, output i back through dma_i."""

    def __init__(self, bitfile=None, layout=None):
        """Without a bitfile nothing is loaded: pack, unpack, encode and decode work anywhere."""
        file = layout or os.path.join(os.path.dirname(os.path.abspath(__file__)), "layout.json")
        with open(file, encoding="utf-8") as text:
            known = json.load(text)
        self.inputs = [Port(each) for each in known["inputs"]]
        self.outputs = [Port(each) for each in known["outputs"]]
        self.weights = {each["kernel"]: Weights(each) for each in known.get("weights", {}).get("memories", [])}
        self.overlay = None
        if bitfile is not None:
            from pynq import Overlay

            self.overlay = Overlay(bitfile)

    def pack(self, codes, index=0):
        return self.inputs[index].pack(codes)

    def unpack(self, data, index=0):
        return self.outputs[index].unpack(data)

    def write_weights(self, kernel, matrix):
        """Integers of the kernel's shape, as host/kernels.gf has them. Between calls of infer, never during one."""
        memory = self._memory(kernel)
        for address, data in zip(memory.addresses().ravel(), memory.pack(matrix).ravel()):
            self._port().write(int(address), int(data))

    def read_weights(self, kernel):
        """The weights that a kernel has now. Between calls of infer, as reading takes the kernel's port."""
        memory = self._memory(kernel)
        words = [self._port().read(int(address)) for address in memory.addresses().ravel()]
        return memory.unpack(np.array(words, dtype=np.uint32))

    def infer(self, *inputs):
        """Codes (integers) or real values, an array an input; gives the outputs decoded where the layout says how."""
        results = self.infer_codes(*[self._codes(port, x) for port, x in zip(self.inputs, inputs)])
        real = [port.decode(c) if "decoding" in port.layout else c for port, c in zip(self.outputs, results)]
        return real[0] if len(real) == 1 else real

    def infer_codes(self, *inputs):
        """Integer codes in the circuit's order, an array an input; gives the outputs' codes, all frames in one transfer."""
        if self.overlay is None:
            raise RuntimeError("no overlay is loaded; give the driver a bitfile")
        if len(inputs) != len(self.inputs):
            raise ValueError(f"the circuit has {len(self.inputs)} inputs, not {len(inputs)}")
        from pynq import allocate

        packed = [port.pack(x, port.layout["busBytes"]) for port, x in zip(self.inputs, inputs)]
        frames = len(packed[0])
        if any(len(each) != frames for each in packed):
            raise ValueError("the inputs have different numbers of frames")
        sizes = [(frames, port.layout["beats"] * port.layout["busBytes"]) for port in self.outputs]
        given = [allocate(shape=each.shape, dtype=np.uint8) for each in packed]
        taken = [allocate(shape=size, dtype=np.uint8) for size in sizes]
        try:
            for i, buffer in enumerate(taken):
                self._dma(i).recvchannel.transfer(buffer)
            for i, buffer in enumerate(given):
                buffer[:] = packed[i]
                buffer.flush()
                self._dma(i).sendchannel.transfer(buffer)
            for i in range(len(given)):
                self._dma(i).sendchannel.wait()
            codes = []
            for i, buffer in enumerate(taken):
                self._dma(i).recvchannel.wait()
                buffer.invalidate()
                port = self.outputs[i]
                codes.append(port.unpack(np.array(buffer), port.layout["busBytes"]))
            return codes
        finally:
            for buffer in given + taken:
                buffer.freebuffer()

    def _memory(self, kernel):
        if kernel not in self.weights:
            known = ", ".join(self.weights) or "none: the circuit was built with constant weights"
            raise KeyError(f"{kernel} has no writable weights; those that have: {known}")
        return self.weights[kernel]

    def _port(self):
        if self.overlay is None:
            raise RuntimeError("no overlay is loaded; give the driver a bitfile")
        return self.overlay.network

    def _dma(self, index):
        return getattr(self.overlay, f"dma_{index}")

    @staticmethod
    def _codes(port, values):
        values = np.asarray(values)
        return values if np.issubdtype(values.dtype, np.integer) else port.encode(values)
