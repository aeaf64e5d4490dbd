/**
 * Breaks worlds with players in them and says how long they took to heal: every fault, or the one that is named, so
 * many times. Exit status 1 when anything was wrong after the time that a fault is given to heal.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { isWritable } from '../bench/json-file.ts';
import { chaosTable, summaryOf } from './chaos-table.ts';
import { FAULTS } from './scenes.ts';
import { PLAYERS, type Trial, tryFault } from './trial.ts';

const ROUNDS = 5;
const USAGE = [
  'npm run chaos -- [FAULT] [--rounds N] [--players N] [--json FILE]',
  '',
  `Breaks a world with players in it N times (${ROUNDS}), and prints how long it took to heal. The faults:`,
  '',
  ...FAULTS.map(({ name, what }) => `  ${name.padEnd(14)}  ${what}`),
].join('\n');

/** The user's mistake; its message is the sentence that the user reads. */
class WrongWord extends Error {}

interface Wish {
  readonly faults: typeof FAULTS;
  readonly rounds: number;
  readonly players: number;
  readonly jsonFile: string | undefined;
}

function read(args: readonly string[]): Wish | undefined {
  const { values, positionals } = parsed(args);
  if (values.help === true) return undefined;
  const [name, another] = positionals;
  if (another !== undefined) throw new WrongWord(`"${another}" is one fault too many: give one, or none for all.`);
  const faults = FAULTS.filter((fault) => name === undefined || fault.name === name);
  const known = FAULTS.map((fault) => fault.name).join(', ');
  if (faults.length === 0) throw new WrongWord(`There is no fault "${name}"; the faults are ${known}.`);
  const rounds = Number(values.rounds ?? ROUNDS);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100) {
    throw new WrongWord(`--rounds takes a whole number from 1 to 100, not "${values.rounds}".`);
  }
  const players = Number(values.players ?? PLAYERS);
  if (!Number.isInteger(players) || players < 10 || players > 5000) {
    throw new WrongWord(`--players takes a whole number from 10 to 5000, not "${values.players}".`);
  }
  if (values.json !== undefined && !isWritable(values.json)) {
    throw new WrongWord(`--json takes the name of a file that can be written, not "${values.json}".`);
  }
  return { faults, rounds, players, jsonFile: values.json };
}

function parsed(args: readonly string[]) {
  try {
    const options = {
      rounds: { type: 'string' },
      players: { type: 'string' },
      json: { type: 'string' },
      help: { type: 'boolean' },
    } as const;
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new WrongWord(error instanceof Error ? error.message : String(error));
  }
}

async function main(): Promise<void> {
  const wish = read(process.argv.slice(2));
  if (wish === undefined) {
    console.log(USAGE);
    return;
  }
  const { faults, rounds, players, jsonFile } = wish;
  // What has been started ends with this process, however it ends.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
  const trials: Trial[] = [];
  for (const fault of faults) {
    for (let round = 1; round <= rounds; round++) {
      const trial = await tryFault(fault, round, players);
      trials.push(trial);
      const outcome = `healed ${trial.healMs} ms after its end, ${trial.wrongAtMost} wrong in one picture at most`;
      const verdict = trial.report.ok ? '' : `; NOT HEALED: ${JSON.stringify(trial.report.faults)}`;
      console.error(`${fault.name} ${round}/${rounds}: ${outcome}${handovers(trial)}${verdict}`);
    }
  }
  const rows = faults.map((fault) => summaryOf(fault, trials));
  console.log(chaosTable(rows));
  if (jsonFile !== undefined) writeFileSync(jsonFile, `${JSON.stringify({ date: new Date(), rows }, null, 2)}\n`);
  if (trials.some(({ report }) => !report.ok)) process.exitCode = 1;
}

function handovers({
  report: {
    handovers: { count, awayMs },
    inFault,
  },
}: Trial): string {
  if (awayMs === null || inFault === undefined) return '';
  const { edits, chat, dropped, requestsLost } = inFault;
  const lost = `${dropped} sessions, ${edits.missed} edits, ${chat.missed} lines, ${requestsLost} answers lost`;
  return `; ${count} handed over, away for ${awayMs.p50} ms at p50 and ${awayMs.max} ms at most; ${lost}`;
}

try {
  await main();
} catch (error) {
  if (!(error instanceof WrongWord)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
