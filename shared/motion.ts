import { inWorld, tileOf } from './grid.ts';

/** The heading of somebody who stands. Headings 0–255 turn clockwise from east (x grows), y grows southwards. */
export const STANDING = 256;

/**
 * `{tick, x, y, heading}`: from `tick` on the player walks with `heading` from (x, y) in units, by `step`.
 * Everything until the next motion follows from it.
 */
export interface Motion {
  readonly tick: number;
  readonly x: number;
  readonly y: number;
  readonly heading: number;
}

/** Something that `step` moves in place. */
export interface Body {
  x: number;
  y: number;
  heading: number;
}

/** Whether a tile may not be entered at a tick: what people build counts from a tick on (M6). */
export type Blocked = (tileX: number, tileY: number, tick: number) => boolean;

/**
 * One tick's way for the headings 0–64 (east to south), in units: round(51.2 · cos) of the angle, committed
 * as numbers so that no language's cosine decides (M7). The other quarters follow by turning.
 */
// biome-ignore format: a table
const QUARTER = [
  51, 51, 51, 51, 51, 51, 51, 50, 50, 50, 50, 49, 49, 49, 48, 48, 47, 47, 46, 46, 45, 45, 44, 43, 43, 42, 41, 40, 40,
  39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 18, 17, 16, 15, 14, 12, 11, 10, 9, 8,
  6, 5, 4, 3, 1, 0,
] as const;

/** Way along x in one tick, in units, for headings 0–255 and STANDING. */
export const HEADING_DX = new Int8Array(257);
/** Way along y in one tick, in units, for headings 0–255 and STANDING. */
export const HEADING_DY = new Int8Array(257);
for (let h = 0; h < 64; h++) {
  const along = QUARTER[h] as number;
  const across = QUARTER[64 - h] as number;
  HEADING_DX[h] = along;
  HEADING_DY[h] = across;
  HEADING_DX[h + 64] = -across;
  HEADING_DY[h + 64] = along;
  HEADING_DX[h + 128] = -along;
  HEADING_DY[h + 128] = -across;
  HEADING_DX[h + 192] = across;
  HEADING_DY[h + 192] = -along;
}

/** The heading nearest to a direction, or STANDING for (0, 0). Input only: never part of the shared rule. */
export function headingTowards(dx: number, dy: number): number {
  if (dx === 0 && dy === 0) return STANDING;
  return Math.round((Math.atan2(dy, dx) * 256) / (2 * Math.PI) + 256) % 256;
}

/**
 * The shared collision rule: moves a body by one tick, to where it is at `tick`.
 *
 * The body is a point. It takes the whole step if that stays in its tile or ends in a tile that is free and, when
 * both tile coordinates change, was not squeezed between two blocked ones. Else it slides: the step along x alone,
 * else along y alone, else it stays. Nobody is kept from moving inside a tile, blocked or not (M6). The edge of the
 * world blocks.
 */
export function step(body: Body, blocked: Blocked, tick: number): void {
  if (body.heading === STANDING) return;
  const { x, y } = body;
  const dx = HEADING_DX[body.heading] as number;
  const dy = HEADING_DY[body.heading] as number;
  const tileX = tileOf(x);
  const tileY = tileOf(y);
  const nextX = tileOf(x + dx);
  const nextY = tileOf(y + dy);
  if (nextX === tileX && nextY === tileY) {
    body.x = x + dx;
    body.y = y + dy;
    return;
  }
  const isInWorld = inWorld(x + dx, y + dy);
  const freeX = nextX === tileX || (inWorld(x + dx, y) && !blocked(nextX, tileY, tick));
  const freeY = nextY === tileY || (inWorld(x, y + dy) && !blocked(tileX, nextY, tick));
  const diagonal = nextX !== tileX && nextY !== tileY;
  const freeBoth = diagonal ? isInWorld && (freeX || freeY) && !blocked(nextX, nextY, tick) : freeX && freeY;
  if (freeBoth) {
    body.x = x + dx;
    body.y = y + dy;
  } else if (freeX && dx !== 0) {
    body.x = x + dx;
  } else if (freeY && dy !== 0) {
    body.y = y + dy;
  }
}

/** Where a motion has led at a later tick; the same motion when `tick` is not later. */
export function advance(motion: Motion, tick: number, blocked: Blocked): Motion {
  if (tick <= motion.tick) return motion;
  if (motion.heading === STANDING) return { ...motion, tick };
  const body = { x: motion.x, y: motion.y, heading: motion.heading };
  for (let t = motion.tick; t < tick; ) step(body, blocked, ++t);
  return { tick, x: body.x, y: body.y, heading: motion.heading };
}

export const sameMotion = (a: Motion, b: Motion): boolean =>
  a.tick === b.tick && a.x === b.x && a.y === b.y && a.heading === b.heading;
