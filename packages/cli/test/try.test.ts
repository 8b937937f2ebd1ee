import { it } from "vitest";
import { main } from "../src/index.js";

it("try", async () => {
  const argv = JSON.parse(process.env["TRY"]!);
  let out = "",
    err = "";
  const code = await main(argv, {
    stdout: {
      write: (t) => {
        out += t;
      },
    },
    stderr: {
      write: (t) => {
        err += t;
      },
    },
    cwd: process.cwd(),
    env: {},
  });
  console.log(`${out}\n--- stderr\n${err}\n--- exit ${code}`);
});
