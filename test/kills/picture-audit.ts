import { TICK_MS } from '../../shared/constants.ts';
import { gemPeriod } from '../../shared/gems.ts';
import { squareKey } from '../../shared/grid.ts';
import type { Terrain } from '../../shared/terrain.ts';
import type { Resident } from './resident.ts';
import type { StoredWorld } from './stored-world.ts';

/** What somebody who has come in afresh is shown otherwise than it is kept. */
export function pictureFaults(resident: Resident, stored: StoredWorld, terrain: Terrain): string[] {
  const { client, id } = resident;
  const faults: string[] = [];
  for (const { sx, sy } of client.squares.values()) {
    const square = squareKey(sx, sy);
    const shown = client.ground?.tilesOf(sx, sy) ?? new Map<number, number>();
    const kept = (stored.squares.get(square)?.tiles ?? []).filter(({ kind }) => kind !== 0);
    if (kept.length !== shown.size || kept.some(({ tile, kind }) => shown.get(tile) !== kind)) {
      faults.push(`${id} is shown ${shown.size} tiles in ${square}, ${kept.length} are kept`);
    }
    const heard = resident.heard.get(square);
    const lines = stored.talk.get(square)?.lines ?? [];
    const missing = lines.filter((line) => heard?.has(line.id) !== true);
    if (missing.length > 0)
      faults.push(`${id} is shown ${lines.length - missing.length} of ${lines.length} lines in ${square}`);
  }
  const tick = Math.floor(client.worldMs() / TICK_MS);
  const taken = new Set(stored.claims.map(({ period, gem }) => `${period}:${gem}`));
  for (const { sx, sy, index } of client.gems()) {
    const key = `${gemPeriod(terrain.seed, sx, sy, tick)}:${sx},${sy},${index}`;
    if (taken.has(key)) faults.push(`${id} is shown the claimed gem ${key}`);
  }
  const { name, look } = client.persona;
  const person = stored.people.get(id);
  if (person?.person.name !== name || person.person.look !== look) {
    faults.push(
      `${id} is ${name} with look ${look}, and is kept as ${person?.person.name} with ${person?.person.look}`,
    );
  }
  if (client.score.score !== person?.score)
    faults.push(`${id} is told ${client.score.score} points of ${person?.score}`);
  return faults;
}
