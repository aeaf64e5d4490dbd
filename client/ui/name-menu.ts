import type { Named } from '../memory.ts';
import { element, setText } from './element.ts';
import { Popup } from './popup.ts';

export interface NameMenuActions {
  whisper(person: Named): void;
  setMuted(person: Named, isMuted: boolean): void;
}

/** What one can do with a name: whisper, mute. */
export class NameMenu {
  readonly #title = element('bdi', 'menu-title');
  readonly #mute = element('button', 'menu-button');
  readonly #popup: Popup;
  #person: Named | undefined;
  #isMuted = false;

  constructor(parent: HTMLElement, actions: NameMenuActions) {
    const whisper = element('button', 'menu-button', 'Whisper');
    whisper.type = 'button';
    this.#mute.type = 'button';
    const node = element('div', 'menu', [this.#title, whisper, this.#mute]);
    node.setAttribute('role', 'group');
    this.#popup = new Popup(node);
    const choose = (action: (person: Named) => void): void => {
      const person = this.#person;
      this.#popup.close();
      if (person !== undefined) action(person);
    };
    whisper.addEventListener('click', () => choose((person) => actions.whisper(person)));
    this.#mute.addEventListener('click', () => choose((person) => actions.setMuted(person, !this.#isMuted)));
    parent.append(node);
  }

  close(): void {
    this.#popup.close();
  }

  /** @param at the name that was pressed */
  open(person: Named, isMuted: boolean, at: HTMLElement): void {
    this.#person = person;
    this.#isMuted = isMuted;
    setText(this.#title, person.name);
    setText(this.#mute, isMuted ? 'Unmute' : 'Mute');
    const { node } = this.#popup;
    node.ariaLabel = person.name;
    this.#popup.open();
    const { left, top } = at.getBoundingClientRect();
    node.style.left = `${Math.max(4, Math.min(left, window.innerWidth - node.offsetWidth - 4))}px`;
    node.style.top = `${Math.max(4, top - node.offsetHeight - 6)}px`;
  }
}
