/** Sounds at a time. */
export const MAX_VOICES = 8;
/** … of which so many are kept for oneself, however much goes on around. */
const OWN_VOICES = 2;

/** Decides what is played when much happens at once. */
export class Voices {
  /** When each of the sounds under way ends. */
  #endsS: number[] = [];
  readonly #lastS = new Map<string, number>();

  /**
   * Whether a sound may begin; if so it counts as under way.
   * @param gapS the same sound is not played again sooner
   * @param isOwn whether it is of oneself
   */
  admit(name: string, nowS: number, lengthS: number, gapS: number, isOwn: boolean): boolean {
    this.#endsS = this.#endsS.filter((endS) => endS > nowS);
    const room = isOwn ? MAX_VOICES : MAX_VOICES - OWN_VOICES;
    // One's own sound waits for nobody else's.
    const key = `${name} ${isOwn}`;
    if (this.#endsS.length >= room || nowS - (this.#lastS.get(key) ?? Number.NEGATIVE_INFINITY) < gapS) return false;
    this.#endsS.push(nowS + lengthS);
    this.#lastS.set(key, nowS);
    return true;
  }
}
