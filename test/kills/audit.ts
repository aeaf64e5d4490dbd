import { KEPT_LINES, type SquareEdits } from '../../server/store/store.ts';
import { gemsOf } from '../../shared/gems.ts';
import type { SquareKey } from '../../shared/grid.ts';
import type { Terrain } from '../../shared/terrain.ts';
import { lookOf } from './resident.ts';
import { MOST_GEMS } from './scenes.ts';
import type { StoredWorld } from './stored-world.ts';
import { type AskedEdit, claimKey, type Witness } from './witness.ts';

/** What a store has come out of a crash with. */
export interface Verdict {
  /** Promised, and not there. */
  readonly lost: string[];
  /** There in part, twice, or without anybody having asked for it. */
  readonly half: string[];
  /** Never acknowledged, and there all the same. */
  readonly survivors: Set<string>;
}

const emptyVerdict = (): Verdict => ({ lost: [], half: [], survivors: new Set() });

/** Compares what is kept with all that was ever promised. */
export function audit(witness: Witness, stored: StoredWorld, terrain: Terrain): Verdict {
  const verdict = emptyVerdict();
  verdict.half.push(...witness.contradictions);
  auditEdits(witness, stored, verdict);
  auditLines(witness, stored, verdict);
  auditGems(witness, stored, terrain, verdict);
  auditPeople(witness, stored, verdict);
  const counts = [stored.counted, stored.info].map((info) => JSON.stringify(info));
  if (counts[0] !== counts[1]) verdict.half.push(`the store counts ${counts[1]} and has ${counts[0]}`);
  return verdict;
}

// Edits -------------------------------------------------------------------------------------------

const EMPTY: SquareEdits = { revision: 0, tiles: [] };

function auditEdits(witness: Witness, stored: StoredWorld, verdict: Verdict): void {
  const open = new Map<SquareKey, AskedEdit[]>();
  for (const edit of witness.edits) {
    if (edit.outcome !== 'open') continue;
    const others = open.get(edit.square);
    if (others === undefined) open.set(edit.square, [edit]);
    else others.push(edit);
  }
  for (const square of new Set([...witness.promisedEdits.keys(), ...stored.squares.keys()])) {
    auditSquare(witness, square, stored.squares.get(square) ?? EMPTY, open.get(square) ?? [], verdict);
  }
}

function auditSquare(
  { promisedEdits }: Witness,
  square: SquareKey,
  { revision, tiles }: SquareEdits,
  open: readonly AskedEdit[],
  { lost, half, survivors }: Verdict,
): void {
  const promised = promisedEdits.get(square) ?? new Map<number, never>();
  const byTile = new Map(tiles.map((tile) => [tile.tile, tile]));
  const unexplained = [...open];
  for (const [at, { tile }] of promised) {
    const there = byTile.get(tile)?.revision ?? 0;
    if (at > revision || at > there) lost.push(`edit ${at} of ${square}: tile ${tile} stands at ${there}`);
  }
  for (const { tile, kind, revision: at } of tiles) {
    if (at > revision) half.push(`tile ${tile} of ${square} stands at ${at}, the square at ${revision}`);
    const known = promised.get(at);
    if (known !== undefined) {
      if (known.tile === tile && known.kind === kind) continue;
      half.push(`edit ${at} of ${square} set tile ${known.tile} to ${known.kind}, and tile ${tile} is ${kind} by it`);
      continue;
    }
    const cause = unexplained.findIndex((edit) => edit.tile === tile && edit.kind === kind);
    if (cause < 0) half.push(`nobody asked for tile ${tile} of ${square} to be ${kind} at ${at}`);
    else unexplained.splice(cause, 1);
  }
  if (new Set(tiles.map((tile) => tile.revision)).size < tiles.length)
    half.push(`a revision of ${square} is there twice`);
  // The last edit of a square stands on its tile: no revision without its edit.
  const last = Math.max(0, ...tiles.map((tile) => tile.revision));
  if (last !== revision) half.push(`${square} stands at ${revision}, and its last edit is ${last}`);
  let unpromised = 0;
  for (let at = 1; at <= revision; at++) {
    const known = promised.get(at);
    if (known === undefined) unpromised++;
    if (known?.isAcknowledged !== true) survivors.add(`edit ${square} ${at}`);
  }
  if (unpromised > open.length) {
    half.push(`${square} has ${unpromised} revisions that nobody was told, and ${open.length} edits were under way`);
  }
}

// Lines -------------------------------------------------------------------------------------------

function auditLines(witness: Witness, stored: StoredWorld, { lost, half, survivors }: Verdict): void {
  const there = new Set<string>();
  for (const [square, { lastId, lines }] of stored.talk) {
    const first = Math.max(1, lastId - KEPT_LINES + 1);
    if (lines.length !== lastId - first + 1) half.push(`${square} has ${lines.length} lines, the last being ${lastId}`);
    for (const [i, line] of lines.entries()) {
      const { id, text, player } = line;
      const asked = witness.lines.get(text);
      if (id !== first + i) half.push(`line ${id} of ${square} is where ${first + i} belongs`);
      if (there.has(text)) half.push(`"${text}" is there twice`);
      there.add(text);
      if (asked === undefined || asked.outcome === 'refused') half.push(`nobody said "${text}"`);
      else if (asked.player !== player) half.push(`"${text}" is said to be of ${player}, not of ${asked.player}`);
      else if (asked.outcome === 'open') survivors.add(`line ${text}`);
      const told = witness.toldLines.get(text);
      if (told !== undefined && JSON.stringify(told.line) !== JSON.stringify(line)) {
        half.push(`${JSON.stringify(told.line)} was told, and ${JSON.stringify(line)} is kept`);
      }
    }
  }
  const promised = [...witness.lines.values()].filter(({ outcome }) => outcome === 'done').map(({ text }) => text);
  for (const text of new Set([...promised, ...witness.toldLines.keys()])) {
    if (there.has(text)) continue;
    const told = witness.toldLines.get(text);
    const lastId = told === undefined ? 0 : (stored.talk.get(told.square)?.lastId ?? 0);
    // Older ones make room for newer ones.
    if (told === undefined || told.line.id > lastId - KEPT_LINES) lost.push(`line "${text}"`);
  }
}

// Gems --------------------------------------------------------------------------------------------

function auditGems(witness: Witness, stored: StoredWorld, terrain: Terrain, verdict: Verdict): void {
  const { lost, half, survivors } = verdict;
  const earned = new Map<number, number>();
  const owners = new Map<string, number>();
  for (const { period, gem, player } of stored.claims) {
    const key = claimKey(period, gem);
    const points = pointsOf(terrain, period, gem);
    if (points === undefined) half.push(`there is no gem ${key}`);
    if (owners.has(key)) half.push(`gem ${key} is claimed twice`);
    owners.set(key, player);
    earned.set(player, (earned.get(player) ?? 0) + (points ?? 0));
    if (!witness.toldClaims.has(key)) survivors.add(`claim ${key}`);
  }
  for (const [key, player] of witness.toldClaims) {
    if (owners.get(key) !== player) lost.push(`gem ${key} was told as ${player}'s and is ${owners.get(key)}'s`);
  }
  for (const [id, { score }] of stored.people) {
    const sum = earned.get(id) ?? 0;
    if (score !== sum) half.push(`player ${id} has ${score} points, and claims for ${sum}`);
  }
  for (const [id, score] of witness.toldScores) {
    const kept = stored.people.get(id)?.score ?? 0;
    if (kept < score) lost.push(`player ${id} was told ${score} points, and has ${kept}`);
  }
}

/** What a gem scores by rule; undefined when there is none. */
export function pointsOf(terrain: Terrain, period: number, gem: string): number | undefined {
  const [sx, sy, index] = gem.split(',').map(Number) as [number, number, number];
  return gemsOf(terrain, MOST_GEMS, sx, sy, period).find((each) => each.index === index)?.points;
}

// People ------------------------------------------------------------------------------------------

function auditPeople(witness: Witness, stored: StoredWorld, { lost, half, survivors }: Verdict): void {
  const wishes = new Map<number, typeof witness.profiles>();
  for (const profile of witness.profiles) {
    const others = wishes.get(profile.player);
    if (others === undefined) wishes.set(profile.player, [profile]);
    else others.push(profile);
  }
  for (const [id, { person }] of stored.people) {
    const [, number, version] = /^Resident (\d+)-(\d+)$/.exec(person.name) ?? [];
    if (person.look !== lookOf(Number(number), Number(version))) {
      half.push(`player ${id} is called ${person.name} and has look ${person.look}`);
    }
    const asked = wishes.get(id) ?? [];
    const last = asked.findLastIndex(({ outcome }) => outcome === 'done');
    const wish = asked.findLastIndex(({ name }) => name === person.name);
    if (wish < last) lost.push(`player ${id} was to be called ${asked[last]?.name}, and is ${person.name}`);
    else if (asked[wish]?.outcome === 'refused') half.push(`player ${id} is ${person.name}, which was refused`);
    else if (wish > last) survivors.add(`profile ${person.name}`);
  }
  for (const { player, name, outcome } of witness.profiles) {
    if (outcome === 'done' && !stored.people.has(player)) lost.push(`player ${player}, ${name}, is not known`);
  }
}
