import {
  Constant,
  createModule,
  divisors,
  type ElemType,
  Graph,
  type Module,
  product,
  type Random,
  randomInteger,
  seededRandom,
  tensor,
  tensorFrom,
  type Value,
} from "@gatefold/core";
import * as nn from "@gatefold/dialect-nn";
import fc from "fast-check";

/** Layers of a random network over images; each picks its own shapes, as far as the image allows. */
export const convSteps = [
  "conv",
  "conv",
  "depthwise",
  "grouped",
  "max_pool",
  "average_pool",
  "residual",
  "concat",
  "split",
  "resize",
  "transposed",
  "transposed",
  "depth_to_space",
  "space_to_depth",
] as const;
export type ConvStep = (typeof convSteps)[number];

export interface ConvNetSpec {
  readonly seed: number;
  readonly spatial: 1 | 2;
  readonly steps: readonly ConvStep[];
  readonly ending: "image" | "global_average" | "dense" | "max";
}

export const convNet: fc.Arbitrary<ConvNetSpec> = fc.record({
  seed: fc.integer({ min: 1, max: 1e6 }),
  spatial: fc.constantFrom(2, 2, 2, 1),
  steps: fc.array(fc.constantFrom(...convSteps), { minLength: 1, maxLength: 3 }),
  ending: fc.constantFrom("image", "global_average", "dense", "max"),
});

/** An image `[1, C, …]`. */
interface Image {
  readonly value: Value;
  /** A real value that is a code of its type: what may stand around it. */
  readonly pad: number;
}

const loc = (node: string): { readonly loc: { readonly file: string; readonly node: string } } => ({
  loc: { file: "net", node },
});

/** Draws the layers of one network. All reals are binary fractions, so that every sum is exact and ties happen. */
class Builder {
  readonly graph: Graph = new Graph("main");
  readonly random: Random;
  readonly spatial: number;
  count = 0;

  constructor({ seed, spatial }: ConvNetSpec) {
    this.random = seededRandom(seed);
    this.spatial = spatial;
  }

  integer(min: number, max: number): number {
    return randomInteger(this.random, min, max);
  }

  pick<T>(of: readonly T[]): T {
    return of[this.integer(0, of.length - 1)]!;
  }

  list<T>(length: number, make: (i: number) => T): T[] {
    return Array.from({ length }, (_, i) => make(i));
  }

  constant(values: readonly number[], shape: readonly number[] = [values.length]): Value {
    return Constant.build(this.graph, [], { value: tensorFrom("f32", shape, values) });
  }

  scalar(value: number): Value {
    return this.constant([value], []);
  }

  perChannel(values: readonly number[]): Value {
    return this.constant(values, [1, values.length, ...this.list(this.spatial, () => 1)]);
  }

  input(): Image {
    const elem = this.pick<ElemType>(["u4", "u2", "i3", "u8", "bipolar", "u1"]);
    const dims = [1, this.integer(1, 4), ...this.list(this.spatial, () => this.integer(3, 9))];
    const x = this.graph.addInput(tensor(elem, dims), "x");
    const zero = elem === "u4" ? this.integer(0, 5) : 0;
    const scale = this.pick([0.25, 0.5, 1]);
    const value = nn.Dequantize.build(this.graph, [x, this.scalar(scale), this.scalar(zero)]);
    return { value, pad: elem === "bipolar" ? -scale : 0 };
  }

  /** Batch norm, activation and quantizer, each perhaps. */
  quantize(x: Value, scales: readonly number[] = [0.5, 1, 2]): Image {
    const { graph } = this;
    const channels = x.type.shape[1]!;
    let value = x;
    if (this.random() < 0.5) {
      const parameters = [
        this.list(channels, () => this.pick([-1, 0.5, 1, 1.5, 2])),
        this.list(channels, () => this.integer(-12, 12) / 8),
        this.list(channels, () => this.integer(-12, 12) / 8),
        this.list(channels, () => this.pick([0.25, 1, 4])),
      ].map((v) => this.constant(v));
      value = nn.BatchNorm.build(graph, [value, ...parameters], { epsilon: 0 });
    }
    if (this.random() < 0.4) value = nn.Relu.build(graph, [value]);
    const node = `quant_${this.count++}`;
    const init = { ...loc(node), names: [node] };
    const scale = this.pick(scales);
    if (this.random() < 0.25)
      return { value: nn.BipolarQuant.build(graph, [value, this.scalar(scale)], {}, init), pad: -scale };
    const operands = [
      value,
      this.scalar(scale),
      this.scalar(0),
      this.scalar(this.integer(2, this.pick([3, 6]))),
    ];
    const attrs = { signed: this.random() < 0.5, narrow: this.random() < 0.3 };
    return { value: nn.Quant.build(graph, operands, attrs, init), pad: 0 };
  }

  weights(shape: readonly number[]): Value {
    const kind = this.pick(["bipolar", "ternary", "int"] as const);
    const bits = kind === "int" ? this.integer(2, 5) : 2;
    const top = 2 ** (bits - 1);
    const one = (): number =>
      kind === "bipolar"
        ? this.pick([-1, 1])
        : kind === "ternary"
          ? this.integer(-1, 1)
          : this.integer(-top, top - 1);
    const [filters, ...rest] = shape as [number, ...number[]];
    const scale = this.list(filters, () => this.pick([0.125, 0.25, 0.5]));
    const size = product(rest);
    const reals = this.list(filters * size, (i) => one() * scale[Math.floor(i / size)]!);
    const scales = this.constant(scale, [filters, ...rest.map(() => 1)]);
    const x = this.constant(reals, shape);
    if (kind === "bipolar") return nn.BipolarQuant.build(this.graph, [x, scales]);
    return nn.Quant.build(this.graph, [x, scales, this.scalar(0), this.scalar(bits)], { signed: true });
  }

  /** A convolution with whatever padding the image's type allows. */
  conv(x: Image, filters: number, group: number, same = false): Value {
    const { graph } = this;
    const { shape } = x.value.type;
    const sizes = shape.slice(2);
    const kernel = sizes.map((d) => (same ? this.pick([1, 3]) : this.integer(1, Math.min(d, 3))));
    const dilations = sizes.map((d, i) => (!same && d >= 2 * kernel[i]! ? this.integer(1, 2) : 1));
    const strides = sizes.map(() => (same ? 1 : this.integer(1, 2)));
    const reach = kernel.map((k, i) => dilations[i]! * (k - 1));
    const begin = reach.map((r) => (same ? r / 2 : this.integer(0, Math.min(r, 2))));
    const end = reach.map((r) => (same ? r / 2 : this.integer(0, Math.min(r, 2))));
    const w = this.weights([filters, shape[1]! / group, ...kernel]);
    const bias = this.constant(this.list(filters, () => this.integer(-8, 8) / 8));
    const operands = this.random() < 0.4 ? [w, bias] : [w];
    const attrs = { strides, dilations, group };
    const init = loc(`conv_${this.count++}`);
    const auto = !same && x.pad === 0 && this.random() < 0.2;
    if (auto) {
      const auto_pad = this.pick(["SAME_UPPER", "SAME_LOWER"] as const);
      return nn.Conv.build(graph, [x.value, ...operands], { ...attrs, auto_pad }, init);
    }
    if (x.pad === 0 && this.random() < 0.8)
      return nn.Conv.build(graph, [x.value, ...operands], { ...attrs, pads: [...begin, ...end] }, init);
    const pads = [0, 0, ...begin, 0, 0, ...end];
    const padded = nn.Pad.build(graph, [x.value, this.scalar(x.pad)], { pads }, init);
    return nn.Conv.build(graph, [padded, ...operands], attrs, init);
  }

  /** A transposed convolution; strides, pads, `output_padding`, dilations and groups of any kind. */
  transposed(x: Image): Value {
    const { graph } = this;
    const shape = x.value.type.shape;
    const group = this.pick(divisors(shape[1]!));
    const sizes = shape.slice(2);
    const kernel = sizes.map(() => this.integer(1, 4));
    const strides = sizes.map(() => this.integer(1, 3));
    const dilations = sizes.map(() => this.pick([1, 1, 2]));
    const extra = strides.map((s, i) => this.integer(0, Math.max(s, dilations[i]!) - 1));
    const w = this.weights([shape[1]!, this.integer(1, 3), ...kernel]);
    const biases = this.list(w.type.shape[1]! * group, () => this.integer(-4, 4) / 4);
    const operands = this.random() < 0.3 ? [x.value, w, this.constant(biases)] : [x.value, w];
    const attrs = { group, strides, dilations, output_padding: extra };
    const init = loc(`transposed_${this.count++}`);
    if (this.random() < 0.2)
      return nn.ConvTranspose.build(graph, operands, { ...attrs, auto_pad: "SAME_UPPER" }, init);
    const full = sizes.map(
      (d, i) => strides[i]! * (d - 1) + extra[i]! + dilations[i]! * (kernel[i]! - 1) + 1,
    );
    const begin = full.map((d) => this.integer(0, Math.min(3, d - 1)));
    const end = full.map((d, i) => this.integer(0, Math.min(3, d - 1 - begin[i]!)));
    return nn.ConvTranspose.build(graph, operands, { ...attrs, pads: [...begin, ...end] }, init);
  }

  pool(x: Image, average: boolean): Value {
    const sizes = x.value.type.shape.slice(2);
    const kernel_shape = sizes.map((d) => Math.min(d, this.integer(1, 3)));
    const strides = sizes.map(() => this.integer(1, 2));
    const edge = (): number[] => kernel_shape.map((k) => this.integer(0, Math.floor(k / 2)));
    const padded = this.random() < 0.5;
    const pads = padded ? [...edge(), ...edge()] : undefined;
    const init = loc(`pool_${this.count++}`);
    if (!average) {
      const attrs = { kernel_shape, strides, pads, ceil_mode: this.random() < 0.3 };
      return nn.MaxPool.build(this.graph, [x.value], attrs, init);
    }
    const counted = x.pad === 0 && this.zeroIsCode0(x.value) ? pads : undefined;
    const attrs = { kernel_shape, strides, pads: counted, count_include_pad: true };
    return nn.AveragePool.build(this.graph, [x.value], attrs, init);
  }

  /** Whether a real 0 is the integer 0, as it is behind every quantizer of this file. */
  zeroIsCode0(v: Value): boolean {
    return nn.Quant.match(v) !== undefined;
  }

  step(x: Image, kind: ConvStep): Image {
    const { graph } = this;
    const channels = x.value.type.shape[1]!;
    switch (kind) {
      case "conv":
        return this.quantize(this.conv(x, this.integer(1, 5), 1));
      case "depthwise":
        return this.quantize(this.conv(x, channels * this.pick([1, 1, 2]), channels));
      case "grouped": {
        const group = this.pick(divisors(channels));
        return this.quantize(this.conv(x, group * this.integer(1, 2), group));
      }
      case "transposed":
        // A bipolar image has no code for what stands around it.
        if (product(x.value.type.shape) > 150 || x.pad !== 0) return x;
        return this.quantize(this.transposed(x));
      case "depth_to_space": {
        if (this.spatial !== 2 || product(x.value.type.shape) > 150) return x;
        const [blocksize, mode] = [this.integer(1, 3), this.pick(["DCR", "CRD"] as const)];
        const made = this.conv(x, blocksize ** 2 * this.integer(1, 2), 1);
        const early = this.random() < 0.5 ? this.quantize(made) : { value: made, pad: 0 };
        const init = loc(`blocks_${this.count++}`);
        const value = nn.DepthToSpace.build(graph, [early.value], { blocksize, mode }, init);
        return early.value === made ? this.quantize(value) : { value, pad: early.pad };
      }
      case "space_to_depth": {
        if (this.spatial !== 2) return x;
        const [height, width] = x.value.type.shape.slice(2) as [number, number];
        const blocksize = this.pick([3, 2, 1].filter((b) => height % b === 0 && width % b === 0));
        return { ...x, value: nn.SpaceToDepth.build(graph, [x.value], { blocksize }) };
      }
      case "max_pool":
        return this.random() < 0.5
          ? { value: this.pool(x, false), pad: x.pad }
          : this.quantize(this.pool({ value: this.conv(x, 3, 1), pad: 1 }, false));
      case "average_pool":
        return this.quantize(this.pool(x, true));
      case "residual": {
        const first = this.quantize(this.conv(x, channels, 1, true), [0.25, 0.5, 1.5]);
        const op = this.random() < 0.7 ? nn.Add : nn.Sub;
        return this.quantize(op.build(graph, [x.value, first.value], {}, loc(`join_${this.count++}`)));
      }
      case "concat": {
        const other = this.quantize(this.conv(x, this.integer(1, 4), 1, true));
        const axis = this.random() < 0.5 ? 1 : -1 - this.spatial;
        const parts = this.random() < 0.5 ? [x.value, other.value] : [other.value, x.value];
        return this.quantize(nn.Concat.build(graph, parts, { axis }));
      }
      case "split": {
        if (channels < 2) return x;
        const at = this.integer(1, channels - 1);
        const split = [at, channels - at];
        const parts = nn.Split.create(graph, [x.value], { axis: 1, split });
        const other = this.quantize(this.conv({ ...x, value: parts.result(0) }, 2, 1, true), [0.5]);
        const kept = nn.Slice.build(graph, [x.value], { starts: [-1], ends: [99], axes: [1] });
        return this.quantize(nn.Concat.build(graph, [parts.result(1), other.value, kept], { axis: 1 }));
      }
      case "resize": {
        if (product(x.value.type.shape) > 120) return x;
        const scales = [1, 1, ...this.list(this.spatial, () => this.integer(1, 2))];
        const attrs = {
          scales,
          coordinate_transformation_mode: "asymmetric",
          nearest_mode: "floor",
        } as const;
        return { ...x, value: nn.Resize.build(graph, [x.value], attrs) };
      }
    }
  }

  finish(x: Image, ending: ConvNetSpec["ending"]): Value {
    const { graph } = this;
    const last = this.quantize(this.conv(x, this.integer(1, 4), 1)).value;
    if (ending === "global_average") return nn.GlobalAveragePool.build(graph, [last]);
    if (ending === "max") return nn.GlobalMaxPool.build(graph, [last]);
    if (ending === "image") return last;
    const flat = nn.Flatten.build(graph, [last]);
    const codes = tensorFrom(
      "f32",
      [flat.type.shape[1]!, 3],
      this.list(flat.type.shape[1]! * 3, () => this.integer(-2, 1)),
    );
    return nn.MatMul.build(graph, [flat, Constant.build(graph, [], { value: codes })]);
  }
}

/** The network of a spec, channels first. */
export function buildConvNet(spec: ConvNetSpec): Module {
  const builder = new Builder(spec);
  let image = builder.input();
  for (const step of spec.steps) image = builder.step(image, step);
  builder.graph.setOutputs([builder.finish(image, spec.ending)]);
  builder.graph.eraseDead();
  return createModule("net", builder.graph);
}
