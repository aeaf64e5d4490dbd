/** How long an emote is over somebody's head, in ms. */
const SHOWN_MS = 3000;
/** People with an emote at a time; the oldest makes room. */
const MOST = 200;

/** Which emotes are over whose heads. */
export class EmotesShown {
  /** By player, the oldest first. */
  readonly #shown = new Map<number, { readonly emote: number; readonly untilMs: number }>();

  show(player: number, emote: number, nowMs: number): void {
    this.#shown.delete(player);
    this.#shown.set(player, { emote, untilMs: nowMs + SHOWN_MS });
    for (const oldest of this.#shown.keys()) {
      if (this.#shown.size <= MOST) break;
      this.#shown.delete(oldest);
    }
  }

  /** Emotes by player. */
  at(nowMs: number): ReadonlyMap<number, number> {
    const emotes = new Map<number, number>();
    for (const [player, { emote, untilMs }] of this.#shown) {
      if (nowMs >= untilMs) this.#shown.delete(player);
      else emotes.set(player, emote);
    }
    return emotes;
  }
}
