import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stream } from "@gatefold/core";
import { portLayout, uartInfer } from "@gatefold/projects";
import { describe, expect, it, vi } from "vitest";
import { inFolder, runs } from "./tools.js";

/**
 * A pseudo-terminal that stands for a board: it forgets everything at a zero byte (it cannot see how long the line is low), and answers every
 * four other bytes with their sum and the number of frames since; four times 255 with half of that.
 */
const fake = `
import os, pty, tty
board, user = pty.openpty()
tty.setraw(user)
print(os.ttyname(user), flush=True)
frame, count = b"", 0
while True:
    byte = os.read(board, 1)
    if byte == b"\\0":
        frame, count = b"", 0
        continue
    frame += byte
    if len(frame) == 4:
        count += 1
        reply = bytes([sum(frame) % 256, count])
        os.write(board, reply if frame != b"\\xff" * 4 else reply[:1])
        frame = b""
`;

async function withBoard<T>(work: (path: string) => Promise<T>): Promise<T> {
  const child = spawn("python3", ["-u", "-c", fake], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    return await work(line.toString().trim());
  } finally {
    child.kill();
  }
}

const hasTerminal = process.platform === "linux" && runs("python3", ["-c", "import pty"]) && runs("stty");

describe.skipIf(!hasTerminal)("the host of a serial line", () => {
  const frames = [
    [1, 2, 3, 4],
    [7, 1, 1, 1],
    [250, 10, 1, 12],
  ].map((each) => Uint8Array.from(each));

  it("sends frames and gives results, every run from a reset", async () => {
    await withBoard(async (path) => {
      for (let run = 0; run < 2; run++) {
        const results = await uartInfer(path, frames, { baud: 115_200, replyBytes: 2 });
        expect(results.map((bytes) => [...bytes])).toEqual([
          [10, 1],
          [10, 2],
          [17, 3],
        ]);
      }
    });
  });

  it("runs as the emitted script, codes in and codes out", async () => {
    const lines: string[] = [];
    const port = (elements: number) =>
      portLayout({
        ...{ prefix: "axis", name: "x", type: stream("u8", [1, elements], 1) },
        ...{ beatsPerFrame: elements, tdataBits: 8 },
      });
    const argv = process.argv;
    const files = new Map([
      ["board/host.mjs", readFileSync(new URL("../driver/host.mjs", import.meta.url), "utf8")],
      ["board/board.json", JSON.stringify({ baud: 115_200 })],
      ["driver/layout.json", JSON.stringify({ inputs: [port(4)], outputs: [port(2)] })],
      ["codes.json", JSON.stringify(frames.map((each) => [...each]))],
    ]);
    vi.spyOn(console, "log").mockImplementation((text: string) => void lines.push(text));
    try {
      await inFolder(files, (folder) =>
        withBoard(async (path) => {
          process.argv = ["node", "host.mjs", path, join(folder, "codes.json")];
          await import(/* @vite-ignore */ join(folder, "board/host.mjs"));
        }),
      );
    } finally {
      process.argv = argv;
      vi.restoreAllMocks();
    }
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      [
        [10, 1],
        [10, 2],
        [17, 3],
      ],
    ]);
  });

  it("says what came when a result does not come whole", async () => {
    await withBoard(async (path) => {
      const broken = uartInfer(path, [new Uint8Array(4).fill(255)], {
        baud: 115_200,
        replyBytes: 2,
        timeoutMs: 300,
      });
      await expect(broken).rejects.toThrow(/1 of 2 bytes came within 300 ms after a frame of 4 bytes/);
    });
  });
});
