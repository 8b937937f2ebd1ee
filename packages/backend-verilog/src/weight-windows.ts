import { elemInfo, type Op, type Tensor } from "@gatefold/core";
import { type KernelMemory, mvuMode } from "@gatefold/dialect-hw";
import { net, slice, type VItem } from "./ast.js";
import { addressBits, type Storage, type StorageOptions, storage } from "./storage.js";
import { sumLimits } from "./sum-limits.js";
import {
  addressBitsOf,
  axiLitePorts,
  placeMemory,
  type WeightMemory,
  type WeightPort,
} from "./weight-port.js";

/** A kernel's memory that the host is to write, and the nets through which the kernel reads it. */
export interface WritableMemory {
  /** Of the memory in the top: `mvau_0_weights`. */
  readonly name: string;
  readonly kernel: string;
  readonly op: Op;
  /** One with a packing. */
  readonly memory: KernelMemory;
  readonly nets: { readonly en: string; readonly addr: string; readonly data: string };
}

/** Weights that the kernel's multipliers, which were chosen by those that it has, do rightly. */
function weightRange(op: Op, weights: Tensor): { readonly low: number; readonly high: number } {
  const { min, max } = elemInfo(weights.elem);
  return { low: mvuMode(op.operand(0).type.elem, weights) === "ternary" ? -1 : min, high: max };
}

/** The address map: memories one after the other, each at a multiple of its size. */
function mapMemories(writable: readonly WritableMemory[]): WeightPort {
  let end = 0;
  const memories = writable.map(({ kernel, op, memory }): WeightMemory => {
    const { constant, fieldsPerWord, order } = memory.packing!;
    const { endBytes, ...place } = placeMemory(end, memory.depth, memory.widthBits);
    end = endBytes;
    return {
      kernel,
      ...(op.loc.node !== undefined && { node: op.loc.node }),
      shape: constant.shape,
      elem: constant.elem,
      fieldBits: elemInfo(constant.elem).widthBits,
      ...weightRange(op, constant),
      depth: memory.depth,
      widthBits: memory.widthBits,
      fieldsPerWord,
      ...place,
      order,
      sums: sumLimits(op, constant),
    };
  });
  return { prefix: "s_axi", addressBits: addressBitsOf(end), memories };
}

/** The slave, a window a memory, and the memories. `writable` has one at least. */
export function weightPort(
  writable: readonly WritableMemory[],
  options: Omit<StorageOptions, "isWritable">,
): { readonly port: WeightPort; readonly items: readonly VItem[]; readonly stored: readonly Storage[] } {
  const port = mapMemories(writable);
  const count = writable.length;
  const stageBits = 32 * Math.max(...port.memories.map(({ parts }) => parts));
  const wire = (name: string, widthBits = 1): VItem => ({ kind: "wire", name, widthBits });
  const items: VItem[] = [
    wire("host_write"),
    wire("host_read"),
    wire("host_addr", port.addressBits),
    wire("host_data", stageBits),
    wire("host_hit", count),
    wire("host_words", 32 * count),
    {
      kind: "instance",
      module: "gf_axi_lite",
      name: "weight_port",
      parameters: { ADDR_BITS: port.addressBits, COUNT: count, STAGE_BITS: stageBits },
      connections: Object.fromEntries(
        [
          ...[
            "aclk",
            "aresetn",
            "host_write",
            "host_read",
            "host_addr",
            "host_data",
            "host_hit",
            "host_words",
          ],
          ...axiLitePorts(port).map(({ name }) => name),
        ].map((name) => [name, net(name)]),
      ),
    },
  ];
  const stored: Storage[] = [];
  writable.forEach(({ name, memory, nets }, i) => {
    const address = addressBits(memory.depth);
    const own = (end: string): string => `${name}_${end}`;
    items.push(
      wire(own("en")),
      wire(own("addr"), address),
      wire(own("write")),
      wire(own("write_addr"), address),
      wire(own("write_data"), memory.widthBits),
      {
        kind: "instance",
        module: "gf_axi_window",
        name: own("window"),
        parameters: {
          WIDTH: memory.widthBits,
          DEPTH: memory.depth,
          HOST_BITS: port.addressBits,
          BASE: port.memories[i]!.baseBytes,
          STAGE_BITS: stageBits,
        },
        connections: {
          aclk: net("aclk"),
          host_write: net("host_write"),
          host_read: net("host_read"),
          host_addr: net("host_addr"),
          host_data: net("host_data"),
          host_hit: count === 1 ? net("host_hit") : slice("host_hit", i, 1),
          host_word: count === 1 ? net("host_words") : slice("host_words", 32 * i, 32),
          en: net(nets.en),
          addr: net(nets.addr),
          mem_en: net(own("en")),
          mem_addr: net(own("addr")),
          mem_data: net(nets.data),
          mem_write: net(own("write")),
          mem_write_addr: net(own("write_addr")),
          mem_write_data: net(own("write_data")),
        },
      },
    );
    const ports = ["en", "addr", "write", "write_addr", "write_data"].map(
      (end) => [end, net(own(end))] as const,
    );
    const connections = { ...Object.fromEntries(ports), data: net(nets.data) };
    stored.push(storage(name, memory, connections, { ...options, isWritable: true }));
  });
  return { port, items, stored };
}
