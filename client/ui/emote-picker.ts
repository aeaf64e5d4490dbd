import { EMOTES } from '../../shared/constants.ts';
import { drawEmote, EMOTE_NAMES } from '../view/art/emote-art.ts';
import { element } from './element.ts';
import { pixelPicture } from './pixel-picture.ts';
import { Popup } from './popup.ts';

/** The emotes to choose from, by a press or by their numbers from 1. */
export class EmotePicker {
  readonly #popup: Popup;
  readonly #pick: (emote: number) => void;

  constructor(parent: HTMLElement, opener: HTMLElement, pick: (emote: number) => void) {
    this.#pick = pick;
    const choices = Array.from({ length: EMOTES }, (_, emote) => {
      const name = EMOTE_NAMES[emote] ?? '';
      const key = element('kbd', 'emote-key', String(emote + 1));
      // Else it would be read as a part of the name.
      key.setAttribute('aria-hidden', 'true');
      const button = element('button', 'emote', [
        pixelPicture(drawEmote(emote), 'emote-picture'),
        element('span', 'unseen', name),
        key,
      ]);
      button.type = 'button';
      button.title = `${name} (${emote + 1})`;
      button.addEventListener('click', () => this.choose(emote + 1));
      return button;
    });
    const node = element('div', 'emotes', choices);
    node.setAttribute('role', 'group');
    node.ariaLabel = 'Emotes';
    this.#popup = new Popup(node, opener);
    parent.append(node);
  }

  get isOpen(): boolean {
    return this.#popup.isOpen;
  }

  toggle(): void {
    this.#popup.toggle();
  }

  close(): void {
    this.#popup.close();
  }

  /** A number key from 1; returns whether it is an emote's, which only counts while the picker is open. */
  choose(number: number): boolean {
    if (!this.isOpen || number < 1 || number > EMOTES) return false;
    this.#popup.close();
    this.#pick(number - 1);
    return true;
  }
}
