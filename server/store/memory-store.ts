import { MemoryGems } from './memory-gems.ts';
import { MemoryOrder } from './memory-order.ts';
import { MemoryPeople } from './memory-people.ts';
import { MemoryEdits, MemoryTalk } from './memory-squares.ts';
import type { Store, StoreRecord } from './store.ts';

/** A store that lasts as long as the process, within the bounds of memory-limits.ts. */
export function createMemoryStore(): Store {
  const people = new MemoryPeople((id) => gems.scores.delete(id));
  const gems = new MemoryGems((id) => people.byId.get(id)?.person.name ?? '');
  const edits = new MemoryEdits();
  const talk = new MemoryTalk();
  const order = new MemoryOrder();
  let worldMs = 0;

  async function* records(): AsyncGenerator<StoreRecord> {
    yield { type: 'world', lastId: people.lastId, worldMs };
    for (const { id, tokenHash, generation, person, place, home } of people.byId.values()) {
      yield { type: 'player', id, tokenHash, generation, person, place, home, score: gems.scores.get(id) ?? 0 };
    }
    for (const { sx, sy, revision, tiles } of edits.squares.values()) {
      yield { type: 'square', sx, sy, edits: { revision, tiles: [...tiles.values()] } };
    }
    for (const { sx, sy, edits: made } of edits.logs.values()) yield { type: 'log', sx, sy, edits: [...made] };
    for (const { sx, sy, lastId, lines } of talk.squares.values()) {
      yield { type: 'chat', sx, sy, lastId, lines: [...lines] };
    }
    for (const [period, claims] of gems.claims) {
      for (const [gem, player] of claims) yield { type: 'claim', period, gem, player };
    }
    for (const [key, text] of order.rules) yield { type: 'rule', key, text };
    for (const { id, text } of order.entries) yield { type: 'audit', id, text };
  }

  function take(record: StoreRecord): void {
    switch (record.type) {
      case 'player':
        people.take(record);
        if (record.score === 0) gems.scores.delete(record.id);
        else gems.scores.set(record.id, record.score);
        return;
      case 'square':
        edits.take(record, record.edits.revision, record.edits.tiles);
        return;
      case 'log':
        edits.takeLog(record, record.edits);
        return;
      case 'rule':
        order.set(record.key, record.text);
        return;
      case 'audit':
        order.take({ id: record.id, text: record.text });
        return;
      case 'chat':
        talk.take(record, record.lastId, record.lines);
        return;
      case 'claim':
        gems.take(record.period, record.gem, record.player);
        return;
      case 'world':
        people.lastId = Math.max(people.lastId, record.lastId);
        worldMs = Math.max(worldMs, record.worldMs);
        return;
    }
  }

  return {
    ...people.methods,
    ...edits.methods,
    ...gems.methods,
    ...talk.methods,
    ...order.methods,
    worldMs: async () => worldMs,
    saveWorldMs: async (ms) => {
      worldMs = Math.max(worldMs, ms);
    },
    info: async () => {
      let [tiles, lines] = [0, 0];
      for (const square of edits.squares.values())
        for (const { kind } of square.tiles.values()) if (kind !== 0) tiles++;
      for (const square of talk.squares.values()) lines += square.lines.length;
      return { profiles: people.byId.size, edits: tiles, gems: gems.count, chat: lines };
    },
    records,
    take: async (record) => take(record),
    forget: async (name) => {
      const meant = [...people.byId.values()].filter(({ person }) => person.name === name);
      const ids = new Set(meant.map(({ id }) => id));
      talk.remove(({ player }) => ids.has(player));
      for (const each of meant) people.forget(each);
      return meant.length;
    },
    close: async () => undefined,
  };
}
