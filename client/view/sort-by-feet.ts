/** A sort that moves somebody past so many others on average has met another crowd, and is done otherwise. */
const ORDERLY_MOVES = 32;

/**
 * Those who stand further up first; who stands equally far up stays in the order of before. From frame to frame people
 * pass few others, so most of them are where they belong already.
 */
export function sortByFeet(sprites: { readonly zIndex: number }[]): void {
  let left = sprites.length * ORDERLY_MOVES;
  for (let i = 1; i < sprites.length; i++) {
    const sprite = sprites[i] as (typeof sprites)[number];
    const feet = sprite.zIndex;
    let at = i;
    for (; at > 0 && (sprites[at - 1] as typeof sprite).zIndex > feet; at--) {
      sprites[at] = sprites[at - 1] as typeof sprite;
    }
    sprites[at] = sprite;
    left -= i - at;
    if (left >= 0) continue;
    sprites.sort((a, b) => a.zIndex - b.zIndex);
    return;
  }
}
