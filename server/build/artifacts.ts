import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/**
 * How dist/ is laid out:
 *
 *     dist/builds/ID/{client,server,bots,core,inputs}   one finished or half-finished build
 *     dist/current → builds/ID                          the one that counts
 *     dist/client → current/client, dist/server → current/server, and so on for every part
 *
 * A build counts from the moment at which `current` is renamed into place, all of it at once. So no lock is needed: a
 * build that is killed or fails leaves what was there, two at once cannot mix, and a server that runs goes on serving
 * the client it was built with.
 */
const PARTS = { client: 'index.html', server: 'main.js', bots: 'main.js', core: 'main.js' };
/** Holds the fingerprint of what the build was made from. */
const INPUTS_FILE = 'inputs';
/** Besides the current build, for servers that still serve from them. */
const OLD_BUILDS_KEPT = 2;
/** A folder this young may be a build still under way, in ms. */
const UNDER_WAY_MS = 3_600_000;

/** True when dist/ holds, whole, what was built from these inputs. */
export function artifactsFresh(root: string, inputs: string): boolean {
  const dist = join(root, 'dist');
  const complete = Object.entries(PARTS).every(([part, file]) => existsSync(join(dist, part, file)));
  if (!complete) return false;
  // A part that is no link was put there by something else, and its contents are anybody's guess.
  if (!Object.keys(PARTS).every((part) => linksTo(join(dist, part), `current/${part}`))) return false;
  const stamp = join(dist, 'current', INPUTS_FILE);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs;
}

/**
 * Makes a new build and puts it in the place of the current one.
 * @param make fills the folder it is given with its parts; when it throws, nothing has changed
 */
export async function replaceBuild(root: string, inputs: string, make: (folder: string) => Promise<void>) {
  const dist = join(root, 'dist');
  const id = randomBytes(6).toString('hex');
  const folder = join(dist, 'builds', id);
  mkdirSync(folder, { recursive: true });
  try {
    await make(folder);
    for (const [part, file] of Object.entries(PARTS)) {
      if (!existsSync(join(folder, part, file))) throw new Error(`${part}/${file} did not come out of it.`);
    }
    writeFileSync(join(folder, INPUTS_FILE), inputs);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  removeOldBuilds(join(dist, 'builds'), id);
  link(join(dist, 'current'), `builds/${id}`);
  for (const part of Object.keys(PARTS)) link(join(dist, part), `current/${part}`);
}

function linksTo(path: string, target: string): boolean {
  try {
    return readlinkSync(path) === target;
  } catch {
    return false;
  }
}

/** Makes `path` a symbolic link to `target`, in one step where there was nothing or another link. */
function link(path: string, target: string): void {
  if (linksTo(path, target)) return;
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  symlinkSync(target, temporary);
  try {
    renameSync(temporary, path);
  } catch {
    // A folder, from a bundler that was run by hand: the only thing a link cannot be renamed over.
    rmSync(path, { recursive: true, force: true });
    renameSync(temporary, path);
  }
}

function removeOldBuilds(builds: string, current: string): void {
  const old = readdirSync(builds)
    .filter((id) => id !== current)
    .map((id) => ({ id, ms: statSync(join(builds, id), { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.ms - a.ms);
  for (const { id, ms } of old.slice(OLD_BUILDS_KEPT)) {
    if (Date.now() - ms > UNDER_WAY_MS) rmSync(join(builds, id), { recursive: true, force: true, maxRetries: 3 });
  }
}
