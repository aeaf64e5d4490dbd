import type { Client } from './core/client.ts';
import type { LinkConditioner } from './core/link-conditioner.ts';
import type { NetLabPanel } from './ui/net-lab-panel.ts';

export interface NetLabOptions {
  readonly conditioner: LinkConditioner;
  readonly client: () => Client | undefined;
  /** Whether the squares are drawn, which belongs to looking at the net. */
  readonly areSquaresShown: () => boolean;
  readonly showSquares: (areShown: boolean) => void;
  /** Takes a sentence for the player. */
  readonly say: (sentence: string) => void;
}

/**
 * Shows and changes what the net does to the game. Its panel is loaded when it is first opened. What it does to the
 * connection goes on while it is closed, and a chip says so.
 */
export class NetLab {
  readonly #options: NetLabOptions;
  readonly #parent: HTMLElement;
  #isOpen = false;
  #panel: NetLabPanel | undefined;
  #isLoading = false;
  /** Whether the squares were shown before it was opened. */
  #wereSquaresShown = false;

  constructor(parent: HTMLElement, options: NetLabOptions) {
    this.#parent = parent;
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Whether the truth is to be drawn beside everybody. */
  get areGhostsShown(): boolean {
    return this.#isOpen && this.#panel?.areGhostsShown !== false;
  }

  toggle(isOpen = !this.#isOpen): void {
    if (isOpen === this.#isOpen) return;
    const { areSquaresShown, showSquares, client } = this.#options;
    this.#isOpen = isOpen;
    client()?.watchPing(isOpen);
    if (isOpen) {
      this.#wereSquaresShown = areSquaresShown();
      showSquares(true);
      if (this.#panel === undefined) this.#load();
      else this.#panel.open();
    } else {
      showSquares(this.#wereSquaresShown);
      this.#panel?.close();
    }
  }

  /** A frame has arrived from the server. */
  frame(nowMs: number): void {
    if (this.#isOpen) this.#panel?.frame(nowMs);
  }

  /** To be called every animation frame. */
  update(client: Client, nowMs: number): void {
    if (this.#isOpen) this.#panel?.update(client, nowMs);
  }

  #load(): void {
    if (this.#isLoading) return;
    this.#isLoading = true;
    import('./ui/net-lab-panel.ts').then(
      (loaded) => this.#loaded(loaded),
      () => {
        this.#isLoading = false;
        this.toggle(false);
        this.#options.say('The net lab did not load. Is there a connection?');
      },
    );
  }

  #loaded({ NetLabPanel }: typeof import('./ui/net-lab-panel.ts')): void {
    this.#isLoading = false;
    this.#panel = new NetLabPanel(this.#parent, {
      conditioner: this.#options.conditioner,
      areSquaresShown: this.#options.areSquaresShown,
      showSquares: this.#options.showSquares,
      open: () => this.toggle(true),
      close: () => this.toggle(false),
    });
    // It may have been closed again meanwhile.
    if (this.#isOpen) this.#panel.open();
  }
}
