import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";

/** Every TypeScript source of a package's `src`, parsed, in the order of their paths. */
export function sourcesOf(root, packageName) {
  const dir = join(root, "packages", packageName, "src");
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !relative(dir, file).startsWith("generated"))
    .sort()
    .map((file) =>
      ts.createSourceFile(
        relative(root, file).replaceAll("\\", "/"),
        readFileSync(file, "utf8"),
        ts.ScriptTarget.ES2023,
        true,
      ),
    );
}

/** The names of all packages. */
export function packageNames(root) {
  return readdirSync(join(root, "packages")).sort();
}

/** Calls `visit` with every node below `node`. */
export function walk(node, visit) {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

/** The text of a node's documentation comment, without the stars; `""` for none. */
export function docOf(node) {
  const docs = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const text = docs.at(-1)?.comment;
  return (typeof text === "string" ? text : (ts.getTextOfJSDocComment(text) ?? "")).trim();
}

/** What stands around a node at the top of its file: the statement that carries the documentation. */
export function topLevel(node) {
  let at = node;
  while (at.parent && !ts.isSourceFile(at.parent)) at = at.parent;
  return at;
}

/** Exported constants of a package with their documentation, by name. */
export function documentedConstants(sources) {
  const found = new Map();
  for (const source of sources) {
    for (const statement of source.statements) {
      if (!ts.isVariableStatement(statement)) continue;
      for (const { name } of statement.declarationList.declarations)
        found.set(name.getText(), docOf(statement));
    }
  }
  return found;
}

/** Calls of a function with the given name, `fn(…)` or `fn<T>(…)`. */
export function callsOf(sources, names) {
  const found = [];
  for (const source of sources) {
    walk(source, (node) => {
      if (ts.isCallExpression(node) && names.includes(node.expression.getText())) found.push(node);
    });
  }
  return found;
}

/** The text of a property of an object literal that is a string literal. */
export function stringProperty(object, key) {
  if (!object || !ts.isObjectLiteralExpression(object)) return undefined;
  const property = object.properties.find((p) => p.name?.getText() === key);
  const value = property && ts.isPropertyAssignment(property) ? property.initializer : undefined;
  return value && ts.isStringLiteralLike(value) ? value.text : undefined;
}

/** The interface or type of a name, wherever it stands. */
export function typeNamed(sources, name) {
  for (const source of sources) {
    for (const statement of source.statements) {
      const declares = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
      if (declares && statement.name.text === name) return statement;
    }
  }
  throw new Error(`no interface or type \`${name}\` in the sources`);
}

/** A declaration as its file has it, with the comments of its members and without `export`. */
export function declarationText(node) {
  return node.getText().replace(/^export /, "");
}

export { ts };
