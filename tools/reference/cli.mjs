import { main } from "@gatefold/cli";
import { page, pageHead } from "./markdown.mjs";

const columns = 80;

/** The help of one command, at a width that does not depend on the terminal. */
async function helpOf(argv) {
  let text = "";
  const write = (part) => {
    text += part;
    return true;
  };
  const stream = { write, isTTY: false, columns };
  const own = Object.getOwnPropertyDescriptor(process.stdout, "columns");
  Object.defineProperty(process.stdout, "columns", { value: columns, configurable: true });
  try {
    await main(argv, { cwd: process.cwd(), env: {}, stdout: stream, stderr: stream });
  } finally {
    if (own) Object.defineProperty(process.stdout, "columns", own);
    else delete process.stdout.columns;
  }
  return text.trimEnd();
}

/** What `--help` says, of every command. */
export async function cliPage() {
  const top = await helpOf(["--help"]);
  const names = [...top.matchAll(/^ {2}([a-z]+) (?:\[options\]|<|\[)/gm)]
    .map(([, name]) => name)
    .filter((name) => name !== "help");
  const sections = [];
  for (const name of names)
    sections.push(`## gatefold ${name}`, `\`\`\`\n${await helpOf([name, "--help"])}\n\`\`\``);
  const intro =
    "What `gatefold --help` and `gatefold <command> --help` print. See [the command line](../cli.md) for how to use it.";
  return page(pageHead("Commands", intro), `\`\`\`\n${top}\n\`\`\``, sections);
}
