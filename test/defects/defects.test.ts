import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BotsOptions, DEFAULTS } from '../../client/bots/options.ts';
import type { Report } from '../../client/bots/report.ts';
import { runBots } from '../../client/bots/run.ts';
import { PatchedServer, patched } from './patched-server.ts';
import { DEFECTS, type Defect, WITHOUT_LINGER } from './patches.ts';

const SEED = 20;
const RUN_MS = 60_000;
const BUILD_MS = 120_000;

const options = (url: string): BotsOptions => ({
  ...DEFAULTS,
  urls: [url],
  players: 80,
  seconds: 10,
  behaviours: { wander: 4, border: 3, crowd: 1, churn: 2 },
  rampPerSecond: 80,
  seed: SEED,
});

/** All of them are built before the first run: a bundler beside it would take the machine away from the bots. */
const servers = new Map<Defect | undefined, PatchedServer>();

beforeAll(async () => {
  for (const defect of [undefined, ...DEFECTS, WITHOUT_LINGER]) servers.set(defect, await PatchedServer.build(defect));
}, BUILD_MS);

afterAll(() => {
  for (const server of servers.values()) server.remove();
});

/** One run of the bots on a server with a defect, or on one without. */
async function report(defect: Defect | undefined, processes = 1): Promise<Report> {
  const server = servers.get(defect) as PatchedServer;
  const found = await server.running((url) => runBots({ ...options(url), processes }));
  const over = processes === 1 ? '' : `, ${processes} processes`;
  console.info(`${defect?.name ?? 'no defect'}, seed ${SEED}${over}: ${countsOf(found)}`);
  return found;
}

function countsOf({ updates, divergences, inputs, players, seconds, motionErrorTiles: error }: Report): string {
  const { expected, missed, absent, late, ghosts, duplicated, misplaced } = updates;
  const unacknowledged = inputs.sent - inputs.acknowledged;
  return [
    `missed ${missed} (of them absent ${absent})`,
    `ghosts ${ghosts}`,
    `duplicated ${duplicated}`,
    `misplaced ${misplaced}`,
    `diverged ${divergences}`,
    `unacknowledged ${unacknowledged}`,
    `dropped ${players.dropped}`,
    `late ${late}`,
    `of ${expected} updates in ${seconds} s`,
    `error of what is shown p99 ${error?.p99} tiles`,
  ].join(', ');
}

const kindsOf = ({ faults }: Report): string[] => faults.map(({ kind }) => kind);

/** What was wrong, said when a test fails. */
const why = ({ faults, worst, generator }: Report): string => JSON.stringify({ faults, worst, generator });

function expectFound(found: Report, { mustReport, mayReport }: Defect): void {
  const kinds = kindsOf(found);
  expect(kinds, why(found)).toEqual(expect.arrayContaining([...mustReport]));
  // A mistake that is reported as another one sends people to the wrong place.
  expect([...mustReport, ...mayReport], why(found)).toEqual(expect.arrayContaining(kinds));
}

describe.concurrent('the bots', () => {
  it(
    'report nothing of a server without a defect, though there is much to see',
    async () => {
      const clean = await report(undefined);
      expect(clean.faults, why(clean)).toEqual([]);
      expect(clean.ending).toBe('complete');
      expect(clean.updates.expected).toBeGreaterThan(5000);
      expect(clean.motionErrorTiles?.p99).toBeLessThan(1);
    },
    RUN_MS,
  );

  it.each(DEFECTS)(
    'report $name as $mustReport',
    async (defect) => {
      expectFound(await report(defect), defect);
    },
    RUN_MS,
  );

  it(
    'see nothing of a linger that is missing: it costs, and shows nobody wrongly',
    async () => {
      const found = await report(WITHOUT_LINGER);
      expect(found.faults, why(found)).toEqual([]);
    },
    RUN_MS,
  );
});

/** One at a time: they take more of the machine than in one process. */
describe('the bots in two processes', () => {
  const SOME = new Set(['a delta dropped', 'a crossing told twice', 'a leave lost for good']);

  it(
    'report nothing of a server without a defect either',
    async () => {
      const clean = await report(undefined, 2);
      expect(clean.faults, why(clean)).toEqual([]);
      expect(clean.updates.expected).toBeGreaterThan(5000);
    },
    RUN_MS,
  );

  it.each(DEFECTS.filter(({ name }) => SOME.has(name)))(
    'report $name as $mustReport',
    async (defect) => {
      expectFound(await report(defect, 2), defect);
    },
    RUN_MS,
  );
});

describe('a defect is not seeded', () => {
  const { file } = WITHOUT_LINGER;

  it('where its text is missing, or not there once only', () => {
    const patch = { file, from: 'a += 1;', to: 'a += 2;' };
    expect(patched('a += 1; b += 1;', patch)).toBe('a += 2; b += 1;');
    expect(() => patched('b += 1;', patch)).toThrow(`${file} has "a += 1;", which is to be replaced, 0 times`);
    expect(() => patched('a += 1; a += 1;', patch)).toThrow('2 times instead of once');
  });

  it('without the build failing', async () => {
    await expect(PatchedServer.build({ file, from: 'no such text', to: '' })).rejects.toThrow(
      '0 times instead of once',
    );
    const elsewhere = { file: 'server/upkeep/forget.ts', from: 'import', to: '' };
    await expect(PatchedServer.build(elsewhere)).rejects.toThrow('is no part of the server');
  });
});
