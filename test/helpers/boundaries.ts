import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { CODE_FILE, COMPUTED, importsOf } from './imports.ts';

/** The rooms and which other ones each may import: server → shared ← client. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  server: ['shared'],
  client: ['shared'],
  shared: [],
};

/** Files at the top level that a room may read. */
const TOP_LEVEL = ['package.json'];

/** Where each outside library that shapes the code may be imported: a file, or all below a folder. */
const LIBRARY_PLACES: Readonly<Record<string, readonly string[]>> = {
  msgpackr: ['shared/codec.ts'],
  ws: ['server/gateway/', 'client/bots/socket.ts'],
  'pixi.js': ['client/view/'],
  ioredis: ['server/broker/', 'server/store/'],
  lmdb: ['server/store/'],
  fastify: ['server/http/'],
  '@fastify/*': ['server/http/'],
  'prom-client': ['server/http/metrics.ts'],
  'hdr-histogram-js': ['client/bots/'],
  vite: ['server/build/', 'client/vite.config.ts', 'client/atlas-plugin.ts'],
  pngjs: ['client/atlas-plugin.ts'],
  uplot: ['client/ui/net-lab-plot.ts', 'client/admin/load-plot.ts'],
  'virtual:atlas': ['client/view/atlas.ts'],
};

/** Where Node's own modules may be imported. */
const NODE_PLACES = ['server/', 'client/bots/', 'client/vite.config.ts', 'client/atlas-plugin.ts'];

/** The rules and the grid core do no I/O: no library and nothing of Node. */
const PURE_PLACES = ['server/world/', 'server/grid/'];

const within = (file: string, places: readonly string[]): boolean =>
  places.some((place) => (place.endsWith('/') ? file.startsWith(place) : file === place));

const roomOf = (path: string): string => path.split('/', 1)[0] as string;

/** The package that a bare specifier names: `@scope/name/deep` → `@scope/name`. */
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/**
 * The sentences on every breach of the rooms' boundaries, none when all is well.
 * @param sources the code of the rooms by path from the project's folder, with forward slashes
 */
export function findBreaches(sources: ReadonlyMap<string, string>): string[] {
  const breaches: string[] = [];
  const graph = new Map<string, string[]>();
  for (const [file, code] of sources) {
    const targets: string[] = [];
    graph.set(file, targets);
    for (const specifier of importsOf(file, code)) {
      if (specifier === COMPUTED) breaches.push(`${file} imports something computed, which nobody can check`);
      else if (specifier.startsWith('.') || specifier.startsWith('/')) {
        const target = posix.join(posix.dirname(file), specifier.replace(/\?.*$/, ''));
        const breach = breachOfFile(file, specifier.startsWith('/') ? specifier : target, sources);
        if (breach === undefined) targets.push(target);
        else breaches.push(breach);
      } else breaches.push(...breachesOfPackage(file, specifier));
    }
  }
  for (const cycle of findCycles(graph)) breaches.push(`a cycle: ${cycle.join(' → ')}`);
  return breaches;
}

function breachOfFile(file: string, target: string, sources: ReadonlyMap<string, string>): string | undefined {
  if (TOP_LEVEL.includes(target)) return undefined;
  const from = roomOf(file);
  const to = roomOf(target);
  if (to !== from && !ROOMS[from]?.includes(to)) return `${file} imports ${target}: ${from} may not import ${to}`;
  if (CODE_FILE.test(target) && sources.has(target)) return undefined;
  // Styles and pictures are the bundler's business; anything else without its ending could hide from this check.
  if (/\.(css|svg|png|json|html)$/.test(target)) return undefined;
  return `${file} imports ${target}, which is no file`;
}

function breachesOfPackage(file: string, specifier: string): string[] {
  const breaches: string[] = [];
  if (within(file, PURE_PLACES)) breaches.push(`${file} imports ${specifier}: it does no I/O and uses no library`);
  if (isBuiltin(specifier)) {
    if (!within(file, NODE_PLACES)) breaches.push(`${file} imports ${specifier}: it must run in a browser too`);
    return breaches;
  }
  const name = packageOf(specifier);
  const places = LIBRARY_PLACES[name] ?? LIBRARY_PLACES[name.replace(/\/.*/, '/*')];
  if (places !== undefined && !within(file, places)) {
    breaches.push(`${file} imports ${specifier}: only ${places.join(' and ')} may`);
  }
  return breaches;
}

/** One cycle of every tangle: paths that end where they begin. By depth-first search, each file visited once. */
function findCycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    const seenAt = path.indexOf(file);
    if (seenAt >= 0) {
      cycles.push([...path.slice(seenAt), file]);
      return;
    }
    if (done.has(file)) return;
    path.push(file);
    for (const target of graph.get(file) ?? []) visit(target);
    path.pop();
    done.add(file);
  };
  for (const file of graph.keys()) visit(file);
  return cycles;
}
