import assert from "node:assert/strict";
import { DiagnosticError, type Plugin } from "@gatefold/core";
import type { ConformanceCheck, ConformanceOptions } from "../conformance.js";

const kebab = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

function checkPackage(json: Readonly<Record<string, unknown>>): void {
  const peers = (json["peerDependencies"] ?? {}) as Readonly<Record<string, string>>;
  const own = (json["dependencies"] ?? {}) as Readonly<Record<string, string>>;
  const keywords = (json["keywords"] ?? []) as readonly string[];
  assert.equal(json["type"], "module", "`type` has to be `module`");
  assert.ok(keywords.includes("gatefold-plugin"), "`keywords` has to hold `gatefold-plugin`");
  assert.ok("@gatefold/core" in peers, "`@gatefold/core` has to be a peer dependency");
  assert.ok(
    !("@gatefold/core" in own),
    "`@gatefold/core` is a peer, not a dependency: two cores don't share ops",
  );
}

/** Names, the package's manifest, and the errors of the factory's options. */
export function packageChecks(make: () => Plugin, options: ConformanceOptions): readonly ConformanceCheck[] {
  const { packageJson, badOptions = [] } = options;
  return [
    { title: "has a kebab-case name", run: () => assert.match(make().name, kebab) },
    ...(packageJson
      ? [{ title: "is packaged as a plugin, with core as a peer", run: () => checkPackage(packageJson) }]
      : []),
    ...badOptions.map(({ make: build, path }) => ({
      title: `names the option \`${path}\` when it is wrong`,
      run: () => {
        assert.throws(build, (error) => {
          assert.ok(error instanceof DiagnosticError, "wrong options have to throw a DiagnosticError");
          const said = error.diagnostics.map((d) => d.message).join("\n");
          assert.ok(said.includes(`\`${path}\``), `the message does not name \`${path}\`: ${said}`);
          return true;
        });
      },
    })),
  ];
}
