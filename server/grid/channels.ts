import { type Square, squareChannel } from '../../shared/grid.ts';

/** How many squares, in a block of equal sides, may share a channel. */
export const CHANNEL_SQUARES = [1, 4, 16] as const;
export type ChannelSquares = (typeof CHANNEL_SQUARES)[number];

/**
 * The names of a world's channels at the broker:
 *
 * - `flatlands:WORLD:sq:X,Y` carries the square X,Y (G2). With blocks of 4 or 16 it is `flatlands:WORLD:sq4:X,Y` or
 *   `sq16`, where X,Y is the block's square with the lowest coordinates.
 * - `flatlands:WORLD:node:NODE` is the inbox of a node.
 * - `flatlands:WORLD:nodes` is the control channel, on which nodes say that they live.
 */
export class Channels {
  readonly control: string;
  readonly #world: string;
  readonly #side: number;
  readonly #kind: string;

  constructor(world: string, squaresPerChannel: ChannelSquares = 1) {
    this.#world = world;
    this.#side = Math.sqrt(squaresPerChannel);
    this.#kind = `sq${squaresPerChannel}`;
    this.control = `flatlands:${world}:nodes`;
  }

  ofSquare({ sx, sy }: Square): string {
    const side = this.#side;
    if (side === 1) return squareChannel(this.#world, sx, sy);
    return `flatlands:${this.#world}:${this.#kind}:${Math.floor(sx / side) * side},${Math.floor(sy / side) * side}`;
  }

  inboxOf(node: string): string {
    return `flatlands:${this.#world}:node:${node}`;
  }
}
