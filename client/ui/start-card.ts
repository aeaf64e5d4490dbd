import { element, setText } from './element.ts';
import { type Persona, PersonaFields } from './persona-fields.ts';

/**
 * Shows the card that asks for a name and a look; resolves when its button is pressed, and the card is gone.
 * @param isReturning whether `suggested` is who one was before
 */
export function askPersona(parent: HTMLElement, suggested: Persona, isReturning: boolean): Promise<Persona> {
  const play = element('button', 'button card-play');
  play.type = 'submit';
  const name = (): void => {
    const { name, look } = fields.persona;
    const isSame = isReturning && name.trim() === suggested.name && look === suggested.look;
    setText(play, isSame ? `Continue as ${suggested.name}` : 'Play');
  };
  const fields = new PersonaFields('name', name);
  fields.persona = suggested;
  name();

  const title = element('h1', 'card-title', 'Flatlands');
  title.id = 'card-title';
  const card = element('form', 'card', [
    title,
    element(
      'p',
      'card-tagline',
      isReturning
        ? 'Welcome back. Walk about, and see who is there.'
        : 'A world without edges. Walk about, and see who is there.',
    ),
    ...fields.nodes,
    play,
    element('p', 'card-hint', 'Walk with the arrow keys or WASD, or by clicking or tapping where to go.'),
  ]);
  card.setAttribute('aria-labelledby', title.id);
  const veil = element('div', 'veil', [card]);
  parent.append(veil);
  if (isReturning) play.focus();
  else fields.select();

  return new Promise((resolve) => {
    card.addEventListener('submit', (event) => {
      event.preventDefault();
      veil.remove();
      resolve(fields.persona);
    });
  });
}
