/**
 * `npm run fuzz`: garbage from vendors and clients for as long as one likes, on all pairs of dialects by turns. Exit code 1
 * when something was found, 2 when the command line is wrong. See CONTRIBUTING.md.
 */
import { allSurfaces } from "../conformance/surfaces/all-surfaces.ts";
import { allWires } from "../conformance/wires/all-wires.ts";
import { FuzzLab } from "./lab.ts";
import { readCommand, UsageError, usage } from "./options.ts";
import { propertiesOf } from "./properties.ts";

async function main(): Promise<number> {
  const command = readCommand(process.argv.slice(2), Math.trunc(Math.random() * 2 ** 31));
  if (command.help) {
    console.log(usage);
    return 0;
  }
  using lab = new FuzzLab();
  const end = performance.now() + command.seconds * 1000;
  const left = () => Math.max(0, end - performance.now());
  const properties = allSurfaces
    .flatMap((surface) => allWires.flatMap((wire) => propertiesOf({ surface, wire })))
    .filter(({ id }) => id.includes(command.only));
  if (properties.length === 0) throw new UsageError(`no property holds \`${command.only}\` in its name`);
  console.log(`Seed ${command.seed}, ${properties.length} properties, ${command.seconds} s`);
  const found = new Map<string, string>();
  let tried = 0;
  for (let seed = command.seed; left() > 0; seed++) {
    for (const property of properties) {
      if (left() === 0) break;
      // What is known already would only hide the others.
      if (found.has(property.id)) continue;
      const problem = await property.check(lab, { seed, runs: command.runs, limit: left() });
      tried++;
      if (problem === undefined) continue;
      found.set(property.id, problem);
      console.log(`\n✗ ${problem}`);
    }
  }
  console.log(`\n${tried} times a property was tried, ${found.size} failed.`);
  return found.size === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${usage}`);
  process.exitCode = 2;
}
