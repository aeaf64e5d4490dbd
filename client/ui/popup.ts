/** How far the arrow keys go among the choices. */
const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/**
 * Something small that is open until one looks elsewhere: Escape in it, a press anywhere else, or `close`. Focus goes
 * into it, where the arrow keys move it; when it closes it goes back to the opener, if that had it for the keyboard's
 * sake, else to the game.
 */
export class Popup {
  readonly node: HTMLElement;
  readonly #opener: HTMLElement | undefined;
  readonly #closed: () => void;
  #isForKeyboard = false;
  readonly #pressed = (event: Event): void => {
    const { target } = event;
    if (!(target instanceof Node) || this.node.contains(target)) return;
    // The opener closes it by itself.
    if (this.#opener?.contains(target) !== true) this.close();
  };

  /** @param opener the button that opens and closes it, which shows so */
  constructor(node: HTMLElement, opener?: HTMLElement, closed: () => void = () => undefined) {
    this.node = node;
    this.#opener = opener;
    this.#closed = closed;
    node.hidden = true;
    opener?.setAttribute('aria-expanded', 'false');
    node.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.code === 'Escape') this.close();
      else if (!this.#step(event)) return;
      event.preventDefault();
    });
  }

  get isOpen(): boolean {
    return !this.node.hidden;
  }

  open(): void {
    if (this.isOpen) return;
    this.#isForKeyboard = this.#opener?.matches(':focus-visible') === true;
    this.node.hidden = false;
    this.#opener?.setAttribute('aria-expanded', 'true');
    this.node.querySelector<HTMLElement>('button, input')?.focus();
    document.addEventListener('pointerdown', this.#pressed, true);
  }

  close(): void {
    if (!this.isOpen) return;
    document.removeEventListener('pointerdown', this.#pressed, true);
    const { activeElement } = document;
    const hadFocus = activeElement instanceof HTMLElement && this.node.contains(activeElement);
    this.#opener?.setAttribute('aria-expanded', 'false');
    if (hadFocus && this.#isForKeyboard) this.#opener?.focus();
    else if (hadFocus) activeElement.blur();
    this.node.hidden = true;
    this.#closed();
  }

  toggle(): void {
    if (this.isOpen) this.close();
    else this.open();
  }

  /** Moves the focus as an arrow key says, round and round; returns whether it was one. */
  #step({ code, target }: KeyboardEvent): boolean {
    const step = STEPS[code];
    if (step === undefined || target instanceof HTMLInputElement) return false;
    const choices = [...this.node.querySelectorAll<HTMLElement>('button')].filter((each) => each.offsetWidth > 0);
    const at = choices.indexOf(target as HTMLElement);
    choices[(at + step + choices.length) % choices.length]?.focus();
    return true;
  }
}
