import { LOOKS, MAX_NAME_LENGTH } from '../../shared/constants.ts';
import { drawPerson } from '../view/art/person-art.ts';
import { element } from './element.ts';
import { pixelPicture } from './pixel-picture.ts';

/** Who somebody wants to be. */
export interface Persona {
  readonly name: string;
  readonly look: number;
}

const SOUTH = 2;

/** The field for a name and the choice of a look, as the cards have them. */
export class PersonaFields {
  /** In the order in which they stand. */
  readonly nodes: readonly HTMLElement[];
  readonly #field = element('input', 'card-name');
  readonly #looks: readonly HTMLInputElement[];

  /** @param id of the field; the looks' group is named after it */
  constructor(id: string, changed: () => void = () => undefined) {
    const field = this.#field;
    field.id = id;
    field.name = id;
    field.maxLength = MAX_NAME_LENGTH * 2;
    field.setAttribute('autocomplete', 'nickname');
    field.spellcheck = false;
    field.enterKeyHint = 'go';
    field.addEventListener('input', changed);
    const label = element('label', 'card-label', 'Your name');
    label.htmlFor = id;
    this.#looks = Array.from({ length: LOOKS }, (_, look) => {
      const radio = element('input', 'unseen');
      radio.type = 'radio';
      radio.name = `${id}-look`;
      radio.value = String(look);
      radio.ariaLabel = `Look ${look + 1}`;
      radio.addEventListener('change', changed);
      return radio;
    });
    const looks = element('fieldset', 'card-looks', [
      element('legend', 'unseen', 'Your look'),
      ...this.#looks.map((radio, look) =>
        element('label', 'look', [radio, pixelPicture(drawPerson(look, SOUTH, 0), 'look-picture')]),
      ),
    ]);
    this.nodes = [label, field, looks];
  }

  get persona(): Persona {
    const look = this.#looks.findIndex(({ checked }) => checked);
    return { name: this.#field.value, look: Math.max(0, look) };
  }
  set persona({ name, look }: Persona) {
    this.#field.value = name;
    this.#looks.forEach((radio, index) => {
      radio.checked = index === look;
    });
  }

  /** Puts the name under the fingers; not on a touch screen, where the keyboard would cover the card. */
  select(): void {
    if (matchMedia('(hover: hover)').matches) this.#field.select();
  }
}
