import { element, setText } from './element.ts';
import { icon } from './icon.ts';

/** Says that the connection is made worse although the net lab is closed, opens it, and makes it good again. */
export class NetLabChip {
  readonly #node: HTMLElement;
  readonly #open = element('button', 'lab-chip-open');

  constructor(parent: HTMLElement, actions: { open(): void; end(): void }) {
    this.#open.type = 'button';
    this.#open.title = 'Open the net lab (N)';
    this.#open.addEventListener('click', () => actions.open());
    const end = element('button', 'lab-chip-end', [icon('close')]);
    end.type = 'button';
    end.ariaLabel = 'End what the net lab does to the connection';
    end.title = 'End it';
    end.addEventListener('click', () => actions.end());
    this.#node = element('div', 'lab-chip', [this.#open, end]);
    this.#node.hidden = true;
    parent.append(this.#node);
  }

  /** @param words what is made worse; empty for nothing to say */
  show(words: string): void {
    this.#node.hidden = words === '';
    setText(this.#open, `Net lab: ${words}`);
  }
}
