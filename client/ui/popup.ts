/**
 * Something small that is open until one looks elsewhere: Escape in it, a press anywhere else, or `close`. Focus goes
 * into it and, when it closes, back to the game.
 */
export class Popup {
  readonly node: HTMLElement;
  readonly #opener: HTMLElement | undefined;
  readonly #closed: () => void;
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
      if (event.code !== 'Escape') return;
      event.preventDefault();
      this.close();
    });
  }

  get isOpen(): boolean {
    return !this.node.hidden;
  }

  open(): void {
    if (this.isOpen) return;
    this.node.hidden = false;
    this.#opener?.setAttribute('aria-expanded', 'true');
    this.node.querySelector<HTMLElement>('button, input')?.focus();
    document.addEventListener('pointerdown', this.#pressed, true);
  }

  close(): void {
    if (!this.isOpen) return;
    document.removeEventListener('pointerdown', this.#pressed, true);
    const hadFocus = this.node.contains(document.activeElement);
    if (hadFocus && document.activeElement instanceof HTMLElement) document.activeElement.blur();
    this.node.hidden = true;
    this.#opener?.setAttribute('aria-expanded', 'false');
    this.#closed();
  }

  toggle(): void {
    if (this.isOpen) this.close();
    else this.open();
  }
}
