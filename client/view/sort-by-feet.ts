/** A sort that moves somebody past so many others on average has met another crowd, and is done otherwise. */
const ORDERLY_MOVES = 32;

/**
 * Sorts the first `count` rows: those who stand further up first; who stands equally far up stays in the order of
 * before. From frame to frame people pass few others, so most of them are where they belong already.
 * @param keys where their feet are: of row r at r · `stride` + `offset`
 */
export function sortByFeet(rows: Uint32Array, count: number, keys: Float64Array, stride: number, offset: number): void {
  let left = count * ORDERLY_MOVES;
  let before = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    const row = rows[i] as number;
    const feet = keys[row * stride + offset] as number;
    if (feet >= before) {
      before = feet;
      continue;
    }
    let at = i;
    for (; at > 0 && (keys[(rows[at - 1] as number) * stride + offset] as number) > feet; at--) {
      rows[at] = rows[at - 1] as number;
    }
    rows[at] = row;
    left -= i - at;
    if (left >= 0) continue;
    rows
      .subarray(0, count)
      .sort((a, b) => (keys[a * stride + offset] as number) - (keys[b * stride + offset] as number));
    return;
  }
}
