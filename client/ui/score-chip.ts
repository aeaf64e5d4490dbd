import { drawGem } from '../view/art/gem-art.ts';
import { element, setText } from './element.ts';
import { pixelPicture } from './pixel-picture.ts';

const GROWTH_MS = 1400;

/** One's score, with a gem beside it; says what it grows by, and opens the leaderboard. */
export class ScoreChip {
  readonly node = element('button', 'chip score-chip');
  readonly #value = element('span', 'hud-value', '0');
  readonly #growth = element('span', 'score-growth');
  #score: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(openBoard: () => void) {
    this.node.type = 'button';
    this.node.title = 'Leaderboard (L)';
    this.#growth.hidden = true;
    this.#growth.setAttribute('aria-hidden', 'true');
    this.node.append(pixelPicture(drawGem(1), 'chip-picture'), this.#value, this.#growth);
    this.node.addEventListener('click', () => openBoard());
    this.#name(0);
  }

  /** @param isKnown whether the server has said so; what one comes with is no growth */
  update(score: number, isKnown: boolean, isBoardShown: boolean): void {
    this.node.setAttribute('aria-expanded', String(isBoardShown));
    const before = this.#score;
    if (isKnown) this.#score = score;
    if (this.#value.textContent === String(score)) return;
    setText(this.#value, String(score));
    this.#name(score);
    if (before !== undefined && score > before) this.#grow(score - before);
  }

  #name(score: number): void {
    this.node.ariaLabel = `Score ${score}; leaderboard`;
  }

  #grow(points: number): void {
    clearTimeout(this.#timer);
    setText(this.#growth, `+${points}`);
    // The movement begins anew only for what was not shown.
    this.#growth.hidden = true;
    void this.#growth.offsetWidth;
    this.#growth.hidden = false;
    this.#timer = setTimeout(() => {
      this.#growth.hidden = true;
    }, GROWTH_MS);
  }
}
