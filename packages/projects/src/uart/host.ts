import { execFile } from "node:child_process";
import { type FileHandle, open } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";

export interface UartOptions {
  /** Bits a second, as the shell was built for. */
  readonly baud: number;
  /** Bytes of a result. */
  readonly replyBytes: number;
  /** How long a result may take, in milliseconds; 2000 unless given. */
  readonly timeoutMs?: number | undefined;
}

/** An open serial line to a shell. */
export interface Uart {
  /** Sends a frame and waits for its result. Throws when it does not come in time. */
  infer(frame: Uint8Array): Promise<Uint8Array>;
  /** Resets the circuit by a break and forgets what it has sent: after a result that did not come. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** A read of the terminal waits so long for a byte, in tenths of a second. */
const readTenths = 1;

/** A rate at which a zero byte is longer than a byte of the line's own rate: to the shell, a break. */
const breakBaudFor = (baud: number): number => (baud >= 19_200 ? 9600 : 300);

const run = promisify(execFile);

/** `stty` sets the line: no native code is needed for it. Linux names the file with -F, others with -f. */
async function setLine(path: string, baud: number): Promise<void> {
  const file = process.platform === "linux" ? "-F" : "-f";
  await run("stty", [file, path, String(baud), "raw", "-echo", "min", "0", "time", String(readTenths)]);
}

/** Reads up to `count` bytes; fewer when none comes for `timeoutMs`. */
async function readSome(handle: FileHandle, count: number, timeoutMs: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(count);
  let done = 0;
  let last = performance.now();
  while (done < count && performance.now() - last < timeoutMs) {
    const { bytesRead } = await handle.read(bytes, done, count - done, null);
    if (bytesRead > 0) last = performance.now();
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; )
    done += (await handle.write(bytes, done, bytes.length - done, null)).bytesWritten;
}

/** Opens the serial line of a board, such as `/dev/ttyUSB1`. Needs `stty`, which Linux and macOS have. */
export async function openUart(path: string, options: UartOptions): Promise<Uart> {
  const { baud, replyBytes, timeoutMs = 2000 } = options;
  await setLine(path, baud);
  const handle = await open(path, "r+");
  const forget = async (): Promise<void> => {
    while ((await readSome(handle, 256, readTenths * 100)).length > 0);
  };
  return {
    async infer(frame) {
      await writeAll(handle, frame);
      const reply = await readSome(handle, replyBytes, timeoutMs);
      if (reply.length === replyBytes) return reply;
      throw new Error(
        `${path}: ${reply.length} of ${replyBytes} bytes came within ${timeoutMs} ms after a frame of ${frame.length} bytes`,
      );
    },
    async restart() {
      const breakBaud = breakBaudFor(baud);
      await setLine(path, breakBaud);
      await writeAll(handle, new Uint8Array(1));
      await pause(11_000 / breakBaud + 20); // ten bits, and what the driver takes
      await setLine(path, baud);
      await forget();
    },
    close: () => handle.close(),
  };
}

/**
 * Runs packed frames on a board, one after the other, from a reset. The bytes of a frame are those of `packBeats`, as are those of a
 * result. Throws when a result does not come.
 */
export async function uartInfer(
  path: string,
  frames: readonly Uint8Array[],
  options: UartOptions,
): Promise<readonly Uint8Array[]> {
  const uart = await openUart(path, options);
  try {
    await uart.restart();
    const results: Uint8Array[] = [];
    for (const frame of frames) results.push(await uart.infer(frame));
    return results;
  } finally {
    await uart.close();
  }
}
