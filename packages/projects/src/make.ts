/** One command of a recipe. */
export interface MakeCommand {
  /** Literal words. */
  readonly words: readonly string[];
  /** Folder in which it runs; the Makefile's unless given. */
  readonly folder?: string;
}

/** One rule of a Makefile. */
export interface MakeRule {
  readonly target: string;
  readonly needs: readonly string[];
  readonly recipe: readonly MakeCommand[];
  readonly phony?: boolean;
}

export interface Makefile {
  readonly comment: readonly string[];
  readonly rules: readonly MakeRule[];
}

/** A literal word for the shell behind make. */
function word(text: string): string {
  const quoted = /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
  return quoted.replaceAll("$", "$$$$");
}

function line({ words, folder }: MakeCommand): string {
  const text = words.map(word).join(" ");
  return folder === undefined ? `\t${text}` : `\tcd ${word(folder)} && ${text}`;
}

/** A Makefile as text. */
export function printMakefile({ comment, rules }: Makefile): string {
  const phony = rules.filter((rule) => rule.phony).map(({ target }) => target);
  const text = [
    ...comment.map((line) => `# ${line}`),
    ...(phony.length > 0 ? ["", `.PHONY: ${phony.join(" ")}`] : []),
    ...rules.flatMap(({ target, needs, recipe }) => [
      "",
      `${target}: ${needs.join(" ")}`.trimEnd(),
      ...recipe.map(line),
    ]),
  ];
  return `${text.join("\n")}\n`;
}
