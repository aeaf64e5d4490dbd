import { pack, unpackAll } from './codec.ts';
import { assertNever, type Company, type Line, type Profile, SERVER_TYPE, type ServerMessage } from './protocol.ts';
import { TERRAINS, type TerrainKind } from './terrain.ts';

export function encodeServerMessage(message: ServerMessage): Uint8Array {
  switch (message.type) {
    case 'frame':
      return pack(message.tick);
    case 'motions':
      return pack([SERVER_TYPE.motions, message.records]);
    case 'changes':
      return pack([SERVER_TYPE.changes, message.sx, message.sy, message.enters, message.leaves]);
    case 'snapshot':
      return pack([SERVER_TYPE.snapshot, message.sx, message.sy, message.enters]);
    case 'check':
      return pack([SERVER_TYPE.check, message.records]);
    case 'forget':
      return pack([SERVER_TYPE.forget, message.sx, message.sy]);
    case 'welcome':
      return pack([
        SERVER_TYPE.welcome,
        message.id,
        message.generation,
        message.token,
        message.world,
        TERRAINS.indexOf(message.terrain),
        message.seed,
        message.openSpawn,
        message.flushMs,
        message.name,
        message.look,
        message.gems,
      ]);
    case 'own':
      return pack([SERVER_TYPE.own, message.n, message.rev, message.tick, message.x, message.y, message.heading]);
    case 'pong':
      return pack([SERVER_TYPE.pong, message.nonce, message.receivedMs, message.sentMs]);
    case 'profiles':
      return pack([SERVER_TYPE.profiles, message.profiles.map((p) => [p.id, p.version, p.name, p.look])]);
    case 'players':
      return pack([SERVER_TYPE.players, message.count]);
    case 'done':
      return pack([SERVER_TYPE.done, message.n, message.revision, message.before]);
    case 'refused':
      return pack([SERVER_TYPE.refused, message.n, message.sentence]);
    case 'ground':
      return pack([SERVER_TYPE.ground, message.sx, message.sy, message.revision, message.tiles]);
    case 'edits':
      return pack([SERVER_TYPE.edits, message.sx, message.sy, message.records]);
    case 'lines':
      return pack([
        SERVER_TYPE.lines,
        message.sx,
        message.sy,
        message.isHistory,
        message.lines.map((line) => [line.id, line.player, line.name, line.text, line.atMs]),
      ]);
    case 'whisper':
      return pack([SERVER_TYPE.whisper, message.from, message.fromName, message.to, message.toName, message.text]);
    case 'emotes':
      return pack([SERVER_TYPE.emotes, message.emotes.map(({ player, emote }) => [player, emote])]);
    case 'gems':
      return pack([SERVER_TYPE.gems, message.sx, message.sy, message.period, message.claimed]);
    case 'claim':
      return pack([SERVER_TYPE.claim, message.sx, message.sy, message.period, message.index, message.player]);
    case 'score':
      return pack([SERVER_TYPE.score, message.score, message.rank]);
    case 'board':
      return pack([
        SERVER_TYPE.board,
        message.rows.map(({ player, name, score }) => [player, name, score]),
        message.score,
        message.rank,
      ]);
    case 'company':
      return pack([SERVER_TYPE.company, message.at]);
    case 'pace':
      return pack([SERVER_TYPE.pace, message.nearMs, message.farMs]);
    case 'traced':
      return pack([
        SERVER_TYPE.traced,
        message.id,
        message.player,
        message.sentMs,
        message.readMs,
        message.flushedMs,
        message.arrivedMs,
        message.plannedMs,
        message.writtenMs,
      ]);
    case 'queued':
      return pack([SERVER_TYPE.queued, message.place, message.of, message.ticket]);
    case 'announced':
      return pack([SERVER_TYPE.announced, message.text]);
    case 'goAway':
      return pack([SERVER_TYPE.goAway, message.withinMs]);
    default:
      return assertNever(message);
  }
}

type ServerReader = (value: readonly unknown[]) => ServerMessage;

/** Reads a message's fields by position. The server is trusted: what it sends is taken as it stands. */
const fields =
  <F extends unknown[]>(read: (...fields: F) => ServerMessage): ServerReader =>
  (value) =>
    read(...(value.slice(1) as F));

const SERVER_READERS: ReadonlyMap<unknown, ServerReader> = new Map<unknown, ServerReader>([
  [SERVER_TYPE.motions, fields((records: Uint8Array) => ({ type: 'motions', records }))],
  [
    SERVER_TYPE.changes,
    fields((sx: number, sy: number, enters: Uint8Array, leaves: Uint8Array) => ({
      type: 'changes',
      sx,
      sy,
      enters,
      leaves,
    })),
  ],
  [
    SERVER_TYPE.snapshot,
    fields((sx: number, sy: number, enters: Uint8Array) => ({ type: 'snapshot', sx, sy, enters })),
  ],
  [SERVER_TYPE.check, fields((records: Uint8Array) => ({ type: 'check', records }))],
  [SERVER_TYPE.forget, fields((sx: number, sy: number) => ({ type: 'forget', sx, sy }))],
  [
    SERVER_TYPE.welcome,
    fields(
      (
        id: number,
        generation: number,
        token: string,
        world: string,
        terrain: number,
        seed: number,
        openSpawn: boolean,
        flushMs: number,
        name: string,
        look: number,
        gems: number,
      ) => ({
        type: 'welcome',
        id,
        generation,
        token,
        world,
        terrain: TERRAINS[terrain] as TerrainKind,
        seed,
        openSpawn,
        flushMs,
        name,
        look,
        gems,
      }),
    ),
  ],
  [
    SERVER_TYPE.own,
    fields((n: number, rev: number, tick: number, x: number, y: number, heading: number) => ({
      type: 'own',
      n,
      rev,
      tick,
      x,
      y,
      heading,
    })),
  ],
  [
    SERVER_TYPE.pong,
    fields((nonce: number, receivedMs: number, sentMs: number) => ({ type: 'pong', nonce, receivedMs, sentMs })),
  ],
  [
    SERVER_TYPE.profiles,
    fields((rows: readonly [number, number, string, number][]) => ({
      type: 'profiles',
      profiles: rows.map(([id, version, name, look]): Profile => ({ id, version, name, look })),
    })),
  ],
  [SERVER_TYPE.players, fields((count: number) => ({ type: 'players', count }))],
  [
    SERVER_TYPE.done,
    fields((n: number, revision: number | null, before: number | null) => ({ type: 'done', n, revision, before })),
  ],
  [SERVER_TYPE.refused, fields((n: number, sentence: string) => ({ type: 'refused', n, sentence }))],
  [
    SERVER_TYPE.ground,
    fields((sx: number, sy: number, revision: number, tiles: Uint8Array) => ({
      type: 'ground',
      sx,
      sy,
      revision,
      tiles,
    })),
  ],
  [SERVER_TYPE.edits, fields((sx: number, sy: number, records: Uint8Array) => ({ type: 'edits', sx, sy, records }))],
  [
    SERVER_TYPE.lines,
    fields(
      (
        sx: number,
        sy: number,
        isHistory: boolean,
        rows: readonly (readonly [number, number, string, string, number])[],
      ) => ({
        type: 'lines',
        sx,
        sy,
        isHistory,
        lines: rows.map(([id, player, name, text, atMs]): Line => ({ id, player, name, text, atMs })),
      }),
    ),
  ],
  [
    SERVER_TYPE.whisper,
    fields((from: number, fromName: string, to: number, toName: string, text: string) => ({
      type: 'whisper',
      from,
      fromName,
      to,
      toName,
      text,
    })),
  ],
  [
    SERVER_TYPE.emotes,
    fields((rows: readonly (readonly [number, number])[]) => ({
      type: 'emotes',
      emotes: rows.map(([player, emote]) => ({ player, emote })),
    })),
  ],
  [
    SERVER_TYPE.gems,
    fields((sx: number, sy: number, period: number, claimed: number) => ({ type: 'gems', sx, sy, period, claimed })),
  ],
  [
    SERVER_TYPE.claim,
    fields((sx: number, sy: number, period: number, index: number, player: number) => ({
      type: 'claim',
      sx,
      sy,
      period,
      index,
      player,
    })),
  ],
  [SERVER_TYPE.score, fields((score: number, rank: number) => ({ type: 'score', score, rank }))],
  [
    SERVER_TYPE.board,
    fields((rows: readonly (readonly [number, string, number])[], score: number, rank: number) => ({
      type: 'board',
      rows: rows.map(([player, name, of]) => ({ player, name, score: of })),
      score,
      rank,
    })),
  ],
  [SERVER_TYPE.company, fields((at: Company['at']) => ({ type: 'company', at }))],
  [SERVER_TYPE.pace, fields((nearMs: number, farMs: number) => ({ type: 'pace', nearMs, farMs }))],
  [
    SERVER_TYPE.traced,
    fields(
      (
        id: number,
        player: number,
        sentMs: number,
        readMs: number,
        flushedMs: number,
        arrivedMs: number | null,
        plannedMs: number,
        writtenMs: number,
      ) => ({ type: 'traced', id, player, sentMs, readMs, flushedMs, arrivedMs, plannedMs, writtenMs }),
    ),
  ],
  [SERVER_TYPE.queued, fields((place: number, of: number, ticket: string) => ({ type: 'queued', place, of, ticket }))],
  [SERVER_TYPE.announced, fields((text: string) => ({ type: 'announced', text }))],
  [SERVER_TYPE.goAway, fields((withinMs: number) => ({ type: 'goAway', withinMs }))],
]);

/** The messages of a server's frame, those of unknown type left out. Throws on what is not MessagePack. */
export function decodeServerFrame(bytes: Uint8Array): ServerMessage[] {
  const messages: ServerMessage[] = [];
  for (const value of unpackAll(bytes)) {
    if (typeof value === 'number') {
      messages.push({ type: 'frame', tick: value });
      continue;
    }
    if (!Array.isArray(value)) throw new TypeError('a message is an array');
    const reader = SERVER_READERS.get(value[0]);
    if (reader !== undefined) messages.push(reader(value));
  }
  return messages;
}
