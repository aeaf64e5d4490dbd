import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { type GroupSurroundings, readGroup } from './group-reader.ts';
import { type Complaints, isObject, JsonFields, lineOfAtMost, numberFrom, wholeNumber } from './json-fields.ts';
import { LIMITS } from './limits.ts';
import type { BotsOptions, FaultSpan, Scenario, ShareName } from './options.ts';

/** A file that is no scenario, or an impossible one; the message has a sentence for each thing that is wrong. */
export class NoScenario extends Error {
  override readonly name = 'NoScenario';
}

/** What a scenario file says of a run. */
export interface Play {
  readonly scenario: Scenario;
  readonly seconds: number;
  /** Undefined where the file names none. */
  readonly seed: number | undefined;
  readonly faults: FaultSpan | undefined;
}

/**
 * The options of a run in which it is played.
 * @param ownSeed goes before that of the file
 */
export function optionsOf(play: Play, options: BotsOptions, ownSeed: number | undefined): BotsOptions {
  const { scenario, seconds, faults } = play;
  const players = scenario.groups.reduce((sum, group) => sum + group.players, 0);
  const seed = ownSeed ?? play.seed ?? options.seed;
  return { ...options, scenario, players, behaviours: behavioursOf(scenario), seconds, faults, seed };
}

/** How many players there are of each, over all groups. */
function behavioursOf({ groups }: Scenario): BotsOptions['behaviours'] {
  const all: Partial<Record<ShareName, number>> = {};
  for (const { behaviours, players } of groups) {
    const shares = Object.entries(behaviours) as [ShareName, number][];
    const total = shares.reduce((sum, [, share]) => sum + share, 0);
    for (const [name, share] of shares) all[name] = (all[name] ?? 0) + (share / total) * players;
  }
  return all;
}

const MAX_BYTES = 1_000_000;
const MAX_GROUPS = 100;
const MAX_NAME = 100;
/** Of all that is wrong so much is said. */
const MAX_COMPLAINTS = 20;

/**
 * @param nodes how many servers there are, of which a group may name one
 * @throws NoScenario when the file cannot be read, or holds anything wrong, unknown or impossible
 */
export function readScenario(file: string, nodes: number): Play {
  let bytes: number;
  let text = '';
  try {
    bytes = statSync(file).size;
    if (bytes <= MAX_BYTES) text = readFileSync(file, 'utf8');
  } catch {
    throw new NoScenario(`${file} cannot be read.`);
  }
  if (bytes > MAX_BYTES) throw new NoScenario(`${file} is no scenario: it is larger than ${MAX_BYTES} bytes.`);
  return parseScenario(file, text, nodes);
}

/** @param file what the sentences call it, and the scenario where it has no name */
export function parseScenario(file: string, text: string, nodes: number): Play {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new NoScenario(`${file} is no scenario: it is not JSON (${(error as Error).message}).`);
  }
  if (!isObject(value)) throw new NoScenario(`${file} is no scenario: it is not an object with groups.`);
  const complaints: Complaints = [];
  const play = readPlay(value, basename(file, '.json'), nodes, complaints);
  if (play !== undefined && complaints.length === 0) return play;
  const sentences = complaints.slice(0, MAX_COMPLAINTS);
  const unsaid = complaints.length - sentences.length;
  if (unsaid > 0) sentences.push(`${unsaid} more things are wrong.`);
  throw new NoScenario(sentences.map((sentence) => `${file}: ${sentence}`).join('\n'));
}

/** Undefined where something is missing without which there is nothing to play; it has been complained of. */
function readPlay(value: object, byDefault: string, nodes: number, complaints: Complaints): Play | undefined {
  const fields = new JsonFields('', value, ['name', 'seconds', 'seed', 'groups', 'faults'], complaints);
  const name = fields.optional('name', `a text of up to ${MAX_NAME} characters`, lineOfAtMost(MAX_NAME));
  const seed = fields.optional('seed', `a whole number from 0 to ${LIMITS.seed}`, wholeNumber(0, LIMITS.seed));
  const seconds = fields.required(
    'seconds',
    `a whole number from 1 to ${LIMITS.seconds}`,
    wholeNumber(1, LIMITS.seconds),
  );
  const list = fields.required('groups', `a list of 1 to ${MAX_GROUPS} groups`, (groups) =>
    Array.isArray(groups) && groups.length >= 1 && groups.length <= MAX_GROUPS ? (groups as unknown[]) : undefined,
  );
  const surroundings: GroupSurroundings = { runSeconds: seconds ?? LIMITS.seconds, nodes, complaints };
  const faults = fields.optional('faults', FAULTS_ACCEPTED, (span) => (isObject(span) ? span : undefined));
  const faultSpan = faults === undefined ? undefined : readFaults(faults, surroundings);
  const groups = list?.flatMap((group, i) => readGroup(`groups[${i}]`, group, surroundings) ?? []);
  if (seconds === undefined || groups === undefined) return undefined;
  const players = groups.reduce((sum, group) => sum + group.players, 0);
  if (players > LIMITS.players) fields.complain('groups', `${players} players are more than ${LIMITS.players}.`);
  return { scenario: { name: name ?? byDefault, groups }, seconds, seed, faults: faultSpan };
}

const FAULTS_ACCEPTED = 'an object such as { "from": 60, "to": 75 }';

function readFaults(value: object, { runSeconds, complaints }: GroupSurroundings): FaultSpan | undefined {
  const fields = new JsonFields('faults', value, ['from', 'to'], complaints);
  const fromSeconds = fields.required('from', 'a number of seconds from 0', numberFrom(0));
  const toSeconds = fields.required('to', 'a number of seconds above 0', numberFrom(Number.MIN_VALUE));
  if (fromSeconds === undefined || toSeconds === undefined) return undefined;
  if (toSeconds > runSeconds) fields.complain('to', `${toSeconds} lies after the end of the run, ${runSeconds} s.`);
  if (toSeconds <= fromSeconds) fields.complain('to', `${toSeconds} does not lie after "from", ${fromSeconds}.`);
  return { fromSeconds, toSeconds };
}
