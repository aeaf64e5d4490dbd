import { expect } from 'vitest';
import type { Client } from '../../client/core/client.ts';
import type { Node } from '../../server/node.ts';
import type { Player } from '../../server/world/player.ts';
import { TILES_PER_SQUARE, UNITS_PER_TILE } from '../../shared/constants.ts';
import { STANDING } from '../../shared/motion.ts';

/** Everybody who is in the world, by the nodes that hold them. */
export function truthOf(nodes: readonly Node[]): Map<number, Player> {
  const players = new Map<number, Player>();
  for (const node of nodes) {
    for (const player of node.world.players.values()) {
      expect(players.has(player.id), `player ${player.id} is held by one node`).toBe(false);
      players.set(player.id, player);
    }
  }
  return players;
}

/** For when everybody stands: what is wrong with a client's picture, in words; nothing when it is the truth. */
export function faultsOf(client: Client, players: ReadonlyMap<number, Player>): string[] {
  const wrong: string[] = [];
  const own = client.own;
  if (own === undefined) return [`not joined but ${client.state.phase}`];
  const self = players.get(own.id);
  if (self === undefined) return [`player ${own.id} is in no world`];
  const shownSelf = client.ownPosition();
  if (shownSelf?.x !== self.x || shownSelf.y !== self.y)
    wrong.push(`own place ${shownSelf?.x},${shownSelf?.y} is not ${self.x},${self.y}`);

  const size = TILES_PER_SQUARE * UNITS_PER_TILE;
  for (const square of client.squares.values()) {
    const there = [...players.values()].filter(
      ({ x, y }) => Math.floor(x / size) === square.sx && Math.floor(y / size) === square.sy,
    );
    for (const { id } of there) {
      if (!square.occupants.has(id)) wrong.push(`player ${id} is missing in ${square.sx},${square.sy}`);
    }
    for (const { id, generation, motion } of square.occupants.values()) {
      const player = players.get(id);
      if (player === undefined || !there.includes(player)) {
        wrong.push(`player ${id} is a ghost in ${square.sx},${square.sy}`);
        continue;
      }
      if (generation !== player.generation)
        wrong.push(`player ${id} has generation ${generation}, not ${player.generation}`);
      const { x, y, heading } = motion;
      if (heading !== STANDING) wrong.push(`player ${id} is shown walking`);
      else if (x !== player.x || y !== player.y)
        wrong.push(`player ${id} is shown at ${x},${y}, not at ${player.x},${player.y}`);
    }
  }
  const shown = [...client.people()].map(({ id }) => id).sort();
  const occupants = [...client.squares.values()].flatMap((square) => [...square.occupants.keys()]);
  const expected = occupants.filter((id) => id !== own.id).sort();
  if (shown.join() !== expected.join()) wrong.push(`players ${shown} are drawn, not ${expected}`);
  return wrong;
}
