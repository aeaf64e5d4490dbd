import type { Monotonic } from '../../shared/clock.ts';
import { createTerrain, type TerrainKind } from '../../shared/terrain.ts';
import { Fleet, type Part } from './fleet.ts';
import { lightSockets } from './light-socket.ts';
import type { BotsOptions } from './options.ts';
import type { OracleInput } from './oracle-input.ts';
import { populate } from './population.ts';
import { openSocket } from './socket.ts';

/** What players have to know of a world before they come to it. */
export interface KnownWorld {
  readonly terrain: TerrainKind;
  readonly seed: number;
  readonly openSpawn: boolean;
}

/** The players of one process, on real sockets. Who they are does not depend on how many processes there are. */
export function fleetFor(
  options: BotsOptions,
  part: Part,
  { terrain, seed, openSpawn }: KnownWorld,
  oracle: OracleInput,
  monotonic: Monotonic,
): Fleet {
  const roles = populate(options, createTerrain(terrain, seed).blocked);
  const openLightSocket = lightSockets(Math.random);
  return new Fleet({ options, roles, part, openSpawn, oracle, monotonic, openSocket, openLightSocket });
}
