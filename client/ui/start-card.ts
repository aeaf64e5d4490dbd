import { LOOKS, MAX_NAME_LENGTH } from '../../shared/constants.ts';
import { drawPerson } from '../view/art/person-art.ts';
import type { Pixels } from '../view/art/pixels.ts';
import { element } from './element.ts';

/** Who somebody wants to be. */
export interface Persona {
  readonly name: string;
  readonly look: number;
}

const SOUTH = 2;

/** Shows the card that asks for a name and a look; resolves when Play is pressed, and the card is gone. */
export function askPersona(parent: HTMLElement, suggested: Persona): Promise<Persona> {
  const field = element('input', 'card-name');
  field.id = 'name';
  field.name = 'name';
  field.value = suggested.name;
  field.maxLength = MAX_NAME_LENGTH * 2;
  field.setAttribute('autocomplete', 'nickname');
  field.spellcheck = false;
  field.enterKeyHint = 'go';
  const label = element('label', 'card-label', 'Your name');
  label.htmlFor = field.id;
  const play = element('button', 'button card-play', 'Play');
  play.type = 'submit';

  const looks = element('fieldset', 'card-looks', [element('legend', 'unseen', 'Your look')]);
  for (let look = 0; look < LOOKS; look++) looks.append(lookChoice(look, look === suggested.look));

  const title = element('h1', 'card-title', 'Flatlands');
  title.id = 'card-title';
  const card = element('form', 'card', [
    title,
    element('p', 'card-tagline', 'A world without edges. Walk about, and see who is there.'),
    label,
    field,
    looks,
    play,
    element('p', 'card-hint', 'Walk with the arrow keys or WASD, or by clicking or tapping where to go.'),
  ]);
  card.setAttribute('aria-labelledby', title.id);
  const veil = element('div', 'veil', [card]);
  parent.append(veil);
  // On a touch screen focus would bring up the keyboard over the card.
  if (matchMedia('(hover: hover)').matches) field.select();

  return new Promise((resolve) => {
    card.addEventListener('submit', (event) => {
      event.preventDefault();
      const chosen = looks.querySelector<HTMLInputElement>('input:checked');
      veil.remove();
      resolve({ name: field.value, look: Number(chosen?.value ?? suggested.look) });
    });
  });
}

function lookChoice(look: number, checked: boolean): HTMLElement {
  const radio = element('input', 'unseen');
  radio.type = 'radio';
  radio.name = 'look';
  radio.value = String(look);
  radio.checked = checked;
  radio.ariaLabel = `Look ${look + 1}`;
  return element('label', 'look', [radio, picture(drawPerson(look, SOUTH, 0))]);
}

/** A picture of the art as an element; CSS enlarges it by whole pixels. */
function picture(pixels: Pixels): HTMLCanvasElement {
  const canvas = element('canvas', 'look-picture');
  canvas.width = pixels.width;
  canvas.height = pixels.height;
  canvas
    .getContext('2d')
    ?.putImageData(new ImageData(new Uint8ClampedArray(pixels.data.buffer), pixels.width, pixels.height), 0, 0);
  return canvas;
}
