/** A rectangle in the window, in CSS pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * Where a line from the middle of a box leaves it.
 * @param dx the line's direction to the right, dy downwards; not both 0
 */
export function edgePoint({ left, top, right, bottom }: Box, dx: number, dy: number): { x: number; y: number } {
  const x = (left + right) / 2;
  const y = (top + bottom) / 2;
  const untilSide = dx === 0 ? Number.POSITIVE_INFINITY : (right - left) / 2 / Math.abs(dx);
  const untilEnd = dy === 0 ? Number.POSITIVE_INFINITY : (bottom - top) / 2 / Math.abs(dy);
  const way = Math.min(untilSide, untilEnd);
  return { x: x + dx * way, y: y + dy * way };
}
