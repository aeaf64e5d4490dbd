/**
 * Kills servers and stores in the middle of what people do, and looks whether everything that was acknowledged is
 * there. Exit status 1 when anything is lost, or half there.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { isWritable } from '../bench/json-file.ts';
import { runKills } from './kill-run.ts';
import { isWhole, killTable, totalsOf } from './kill-table.ts';
import type { RoundReport } from './round-report.ts';
import { VICTIMS, type Victim } from './scenes.ts';

const ROUNDS = 20;
/** More, and gems of the first rounds would be forgotten by the last, as they are to be. */
const MAX_ROUNDS = 40;
const RESIDENTS = 50;
const SEED = 1;
const STORES = ['lmdb', 'redis', 'both'] as const;
/** Faults of one round that are printed. */
const SAID_FAULTS = 5;

const USAGE = [
  'npm run kills -- [--rounds N] [--store lmdb|redis|both] [--seed N] [--json FILE]',
  '',
  `${RESIDENTS} players build, claim gems and talk while what they rely on is killed, N times (${ROUNDS}):`,
  '',
  ...VICTIMS.map(({ name, what }) => `  ${name.padEnd(14)}  ${what}`),
].join('\n');

/** The user's mistake; its message is the sentence that the user reads. */
class WrongWord extends Error {}

interface Wish {
  readonly victims: readonly Victim[];
  readonly rounds: number;
  readonly seed: number;
  readonly jsonFile: string | undefined;
}

function read(args: readonly string[]): Wish | undefined {
  const values = parsed(args);
  if (values.help === true) return undefined;
  const rounds = Number(values.rounds ?? ROUNDS);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > MAX_ROUNDS) {
    throw new WrongWord(`--rounds takes a whole number from 1 to ${MAX_ROUNDS}, not "${values.rounds}".`);
  }
  const seed = Number(values.seed ?? SEED);
  if (!Number.isInteger(seed) || seed < 0 || seed > 1e6) {
    throw new WrongWord(`--seed takes a whole number from 0 to 1000000, not "${values.seed}".`);
  }
  const store = STORES.find((name) => name === (values.store ?? 'both'));
  if (store === undefined) throw new WrongWord(`--store takes ${STORES.join(', ')}, not "${values.store}".`);
  if (values.json !== undefined && !isWritable(values.json)) {
    throw new WrongWord(`--json takes the name of a file that can be written, not "${values.json}".`);
  }
  const victims = VICTIMS.filter((victim) => store === 'both' || victim.store === store);
  return { victims, rounds, seed, jsonFile: values.json };
}

function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const options = { rounds: text, store: text, seed: text, json: text, help: { type: 'boolean' } } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new WrongWord(error instanceof Error ? error.message : String(error));
  }
}

function say(report: RoundReport, rounds: number): void {
  const { victim, round, acknowledged, lost, half, misshown } = report;
  const { edits, lines, claims } = acknowledged;
  const promised = `${edits} edits, ${lines} lines and ${claims} claims acknowledged`;
  console.error(`${victim} ${round}/${rounds}: ${promised}, ${lost.length} lost, ${half.length} half there`);
  for (const fault of [...lost, ...half, ...misshown].slice(0, SAID_FAULTS)) console.error(`  ${fault}`);
}

async function main(): Promise<void> {
  const wish = read(process.argv.slice(2));
  if (wish === undefined) {
    console.log(USAGE);
    return;
  }
  const { victims, rounds, seed, jsonFile } = wish;
  // What has been started ends with this process, however it ends.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
  console.error(`seed ${seed}`);
  const all: { readonly totals: ReturnType<typeof totalsOf>; readonly rounds: readonly RoundReport[] }[] = [];
  for (const victim of victims) {
    const onRound = (report: RoundReport): void => say(report, rounds);
    const reports = await runKills({ victim, rounds, residents: RESIDENTS, seed, onRound });
    const totals = totalsOf(victim, reports);
    all.push({ totals, rounds: reports });
    console.log(`${killTable(totals, reports)}\n`);
  }
  if (jsonFile !== undefined) writeFileSync(jsonFile, `${JSON.stringify({ date: new Date(), seed, all }, null, 2)}\n`);
  if (!all.every((victim) => victim.rounds.every(isWhole))) process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  if (!(error instanceof WrongWord)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
