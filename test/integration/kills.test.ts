import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Gem, gemsOf } from '../../shared/gems.ts';
import { createTerrain } from '../../shared/terrain.ts';
import { ensureServerBuilt } from '../helpers/server-process.ts';
import { audit } from '../kills/audit.ts';
import { runKills } from '../kills/kill-run.ts';
import { killTable, totalsOf } from '../kills/kill-table.ts';
import { lookOf, nameOf } from '../kills/resident.ts';
import type { RoundReport } from '../kills/round-report.ts';
import { MOST_GEMS, VICTIMS, type Victim } from '../kills/scenes.ts';
import type { StoredWorld } from '../kills/stored-world.ts';
import { Witness } from '../kills/witness.ts';

beforeAll(ensureServerBuilt);

const RESIDENTS = 16;
const ROUNDS = 2;

function expectWhole(reports: readonly RoundReport[]): void {
  for (const { lost, half, misshown } of reports) {
    expect(lost).toEqual([]);
    expect(half).toEqual([]);
    expect(misshown).toEqual([]);
  }
}

describe('what was acknowledged is there, and nothing is half there, after', () => {
  it.each(VICTIMS)('$name', { timeout: 90_000 }, async (victim) => {
    const reports = await runKills({ victim, rounds: ROUNDS, residents: RESIDENTS, seed: 4 });
    expectWhole(reports);
    const acknowledged = reports.map((report) => report.acknowledged);
    expect(acknowledged.every(({ edits }) => edits > 0)).toBe(true);
    expect(acknowledged.some(({ lines }) => lines > 0)).toBe(true);
    expect(acknowledged.some(({ claims }) => claims > 0)).toBe(true);
    console.log(killTable(totalsOf(victim, reports), reports));
  });
});

describe('the kill test', () => {
  it('finds out a server that comes back without what it had promised', { timeout: 90_000 }, async () => {
    const copy = await mkdtemp(join(tmpdir(), 'flatlands-copy-'));
    onTestFinished(() => rm(copy, { recursive: true, force: true }));
    const honest = VICTIMS.find(({ store }) => store === 'lmdb') as Victim;
    // What the second crash leaves behind is what the first one left.
    const forgetful: Victim = {
      ...honest,
      open: async () => {
        const scene = await honest.open();
        const { place } = scene;
        if (place.kind !== 'lmdb') throw new Error('it keeps its world elsewhere');
        let kills = 0;
        return {
          ...scene,
          kill: async () => {
            await scene.kill();
            const [from, to] = ++kills === 1 ? [place.folder, copy] : [copy, place.folder];
            await cp(from, to, { recursive: true, filter: (name) => !name.endsWith('.sock') });
          },
        };
      },
    };
    const [first, second] = await runKills({ victim: forgetful, rounds: 2, residents: 8, seed: 5 });
    expectWhole([first as RoundReport]);
    const { acknowledged, lost } = second as RoundReport;
    expect(acknowledged.edits + acknowledged.lines).toBeGreaterThan(0);
    expect(lost.length).toBeGreaterThanOrEqual(acknowledged.edits + acknowledged.lines + acknowledged.claims);
  });

  it('says what is there in part, and what nobody asked for', () => {
    const terrain = createTerrain('flat', 7);
    const [gem] = gemsOf(terrain, MOST_GEMS, 6, 6, 0) as [Gem];
    const info = { profiles: 1, edits: 1, gems: 1, chat: 1 };
    const line = { id: 1, player: 1, name: nameOf(0, 0), text: 'hello', atMs: 5 };
    const whole: StoredWorld = {
      people: new Map([
        [1, { person: { name: nameOf(0, 0), look: lookOf(0, 0), version: 1 }, place: undefined, score: gem.points }],
      ]),
      squares: new Map([['6,6', { revision: 1, tiles: [{ tile: 3, kind: 2, revision: 1 }] }]]),
      talk: new Map([['6,6', { lastId: 1, lines: [line] }]]),
      claims: [{ type: 'claim', period: 0, gem: `6,6,${gem.index}`, player: 1 }],
      counted: info,
      info,
    };
    const judge = (changes: Partial<StoredWorld>): readonly string[] => {
      const witness = new Witness();
      witness.asked({ type: 'edit', square: '6,6', tile: 3, kind: 2, outcome: 'open' });
      witness.asked({ type: 'line', player: 1, text: 'hello', outcome: 'open' });
      const { lost, half } = audit(witness, { ...whole, ...changes }, terrain);
      return [...lost, ...half];
    };
    expect(judge({})).toEqual([]);
    expect(judge({ squares: new Map(), talk: new Map(), claims: [], people: new Map() })).toEqual([]);
    expect(judge({ claims: [] })).toHaveLength(1);
    expect(judge({ people: new Map() })).toEqual([]);
    expect(judge({ squares: new Map([['6,6', { revision: 1, tiles: [] }]]) })).toHaveLength(1);
    expect(
      judge({ squares: new Map([['6,6', { revision: 1, tiles: [{ tile: 3, kind: 4, revision: 1 }] }]]) }),
    ).toHaveLength(1);
    expect(judge({ talk: new Map([['6,6', { lastId: 1, lines: [] }]]) })).toHaveLength(1);
    expect(judge({ talk: new Map([['6,6', { lastId: 1, lines: [{ ...line, text: 'hel' }] }]]) })).toHaveLength(1);
    expect(judge({ info: { ...info, edits: 2 } })).toHaveLength(1);
  });
});
