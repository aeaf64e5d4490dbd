import { element } from '../ui/element.ts';

/** Asks for the token that opens the page. */
export class TokenCard {
  readonly node: HTMLElement;
  readonly #why = element('p', 'why');
  readonly #field = element('input', 'field');

  constructor(opened: (token: string) => void) {
    this.#field.type = 'password';
    this.#field.autocomplete = 'current-password';
    this.#field.required = true;
    this.#field.id = 'token';
    this.#why.setAttribute('role', 'status');
    const label = element('label', '', 'Token');
    label.htmlFor = this.#field.id;
    const form = element('form', '', [label, this.#field, element('button', 'button', 'Look'), this.#why]);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      opened(this.#field.value.trim());
    });
    this.node = element('main', 'card', [
      element('h1', '', 'Flatlands'),
      element(
        'p',
        '',
        'How the nodes of this world are, for those who run them. It takes what the server was given as --admin-token.',
      ),
      form,
    ]);
  }

  ask(why: string): void {
    this.#why.textContent = why;
    this.node.hidden = false;
    this.#field.focus();
  }
}
