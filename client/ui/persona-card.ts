import { Dialog } from './dialog.ts';
import { element, setText } from './element.ts';
import { type Persona, PersonaFields } from './persona-fields.ts';

export interface PersonaCardActions {
  /** Asks the server; undefined when that cannot be asked now, else the request's number. */
  change(persona: Persona): number | undefined;
}

/** The card to change one's name and look with, while the world goes on behind it. */
export class PersonaCard {
  readonly #dialog: Dialog;
  readonly #fields: PersonaFields;
  readonly #save = element('button', 'button card-play', 'Save');
  readonly #sentence = element('p', 'card-sentence');
  /** The request whose answer is awaited. */
  #asked: number | undefined;

  constructor(parent: HTMLElement, actions: PersonaCardActions) {
    const title = element('h2', 'card-title card-title-small', 'You');
    title.id = 'persona-title';
    this.#save.type = 'submit';
    this.#sentence.setAttribute('role', 'alert');
    const cancel = element('button', 'card-cancel', 'Cancel');
    cancel.type = 'button';
    cancel.addEventListener('click', () => this.close());
    this.#fields = new PersonaFields('persona-name', () => this.#say(''));
    const card = element('form', 'card', [title, ...this.#fields.nodes, this.#sentence, this.#save, cancel]);
    card.addEventListener('submit', (event) => {
      event.preventDefault();
      if (this.#asked !== undefined) return;
      this.#say('');
      const { name, look } = this.#fields.persona;
      this.#wait(actions.change({ name: name.trim(), look }));
      if (this.#asked === undefined) this.#say('There is no connection at the moment.');
    });
    this.#dialog = new Dialog(parent, card, { titleId: title.id, closed: () => this.#wait(undefined) });
  }

  get isOpen(): boolean {
    return this.#dialog.isOpen;
  }

  open(persona: Persona): void {
    if (this.isOpen) return;
    this.#fields.persona = persona;
    this.#say('');
    this.#dialog.open();
    this.#fields.select();
  }

  close(): void {
    this.#dialog.close();
  }

  /** The request has been granted; returns whether it was this card's. */
  done(n: number): boolean {
    if (n !== this.#asked) return false;
    this.close();
    return true;
  }

  /** The request has been refused; returns whether it was this card's. */
  refused(n: number, sentence: string): boolean {
    if (n !== this.#asked) return false;
    this.#wait(undefined);
    this.#say(sentence);
    return true;
  }

  /** Nobody will answer any more. */
  disconnected(): void {
    if (this.#asked === undefined) return;
    this.#wait(undefined);
    this.#say('The connection was lost before the answer came.');
  }

  #wait(request: number | undefined): void {
    this.#asked = request;
    this.#save.disabled = request !== undefined;
    setText(this.#save, request === undefined ? 'Save' : 'Saving …');
  }

  #say(sentence: string): void {
    setText(this.#sentence, sentence);
    this.#sentence.hidden = sentence === '';
  }
}
