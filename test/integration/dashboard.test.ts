import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { NodeProcess } from '../helpers/node-process.ts';
import { ensureServerBuilt } from '../helpers/server-process.ts';

const FILE = join(import.meta.dirname, '../../server/deploy/grafana.json');
/** What a histogram is told as. */
const PARTS = /_(bucket|sum|count)$/;

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly gridPos: { readonly x: number; readonly y: number };
    readonly targets: readonly { readonly expr: string }[];
  }[];
}

it('the dashboard shows every metric that there is, and none that there is not', { timeout: 60_000 }, async () => {
  await ensureServerBuilt();
  const { panels } = JSON.parse(readFileSync(FILE, 'utf8')) as Dashboard;
  const shown = new Set(
    panels.flatMap(({ targets }) =>
      targets.flatMap(({ expr }) => [...expr.matchAll(/flatlands_\w+/g)].map(([name]) => name.replace(PARTS, ''))),
    ),
  );
  const node = await NodeProcess.start('--workers', '2');
  try {
    const page = await (await fetch(`http://127.0.0.1:${node.port}/metrics`)).text();
    const there = new Set([...page.matchAll(/^# TYPE (flatlands_\w+)/gm)].map(([, name]) => name as string));
    expect(there.size).toBeGreaterThan(50);
    expect([...shown].sort()).toEqual([...there].sort());
    for (const name of there)
      expect(name, 'base units, and counters say so').not.toMatch(/_(ms|seconds_ms|ratio|kb|percent)$/);
  } finally {
    await node.close();
  }
  const places = panels.map(({ gridPos: { x, y } }) => `${x},${y}`);
  expect(new Set(places).size, 'no panel lies on another').toBe(panels.length);
});
