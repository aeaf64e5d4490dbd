import { element, setText } from '../ui/element.ts';

/** A field of a dialog. */
export interface OrderField {
  readonly name: string;
  readonly label: string;
  readonly kind: 'text' | 'number' | 'span';
  readonly value?: string;
  readonly most?: number;
  readonly isRequired?: boolean;
}

export interface OrderShape {
  readonly title: string;
  readonly detail?: string;
  readonly fields: readonly OrderField[];
  /** What the button says. */
  readonly deed: string;
  /** Does it, and gives a sentence on what is wrong, if anything is. */
  readonly act: (values: Readonly<Record<string, string>>) => Promise<string | undefined>;
}

/** For how long something holds: the words, and the minutes; empty for ever. */
const SPANS: readonly (readonly [words: string, minutes: string])[] = [
  ['10 minutes', '10'],
  ['an hour', '60'],
  ['a day', '1440'],
  ['a week', '10080'],
  ['for ever', ''],
];

/** Asks how something is to be done before it is. */
export class OrderDialog {
  readonly node = element('dialog', 'order');

  open({ title, detail, fields, deed, act }: OrderShape): void {
    const why = element('p', 'why');
    why.setAttribute('role', 'status');
    const heading = element('h2', '', title);
    heading.id = 'order-title';
    this.node.setAttribute('aria-labelledby', heading.id);
    const controls = fields.map((field) => controlOf(field));
    const sure = element('button', 'button', deed);
    const cancel = element('button', 'button is-quiet', 'Cancel');
    cancel.type = 'button';
    cancel.addEventListener('click', () => this.node.close());
    const form = element('form', '', [
      heading,
      ...(detail === undefined ? [] : [element('p', 'quiet', detail)]),
      ...controls.map(({ row }) => row),
      why,
      element('div', 'buttons', [cancel, sure]),
    ]);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      sure.disabled = true;
      const values = Object.fromEntries(controls.map(({ name, input }) => [name, input.value.trim()]));
      void act(values).then((trouble) => {
        sure.disabled = false;
        if (trouble === undefined) this.node.close();
        else setText(why, trouble);
      });
    });
    this.node.replaceChildren(form);
    this.node.showModal();
  }
}

function controlOf({ name, label, kind, value = '', most, isRequired = false }: OrderField) {
  const input = kind === 'span' ? spanInput() : element('input', 'field');
  if (input instanceof HTMLInputElement) {
    input.type = kind;
    input.value = value;
    input.required = isRequired;
    if (kind === 'number') input.step = '1';
    if (most !== undefined) input.maxLength = most;
  }
  input.id = `order-${name}`;
  const text = element('label', '', label);
  text.htmlFor = input.id;
  return { name, input, row: element('div', 'field-row', [text, input]) };
}

function spanInput(): HTMLSelectElement {
  const select = element('select', 'field');
  for (const [words, minutes] of SPANS) select.append(new Option(words, minutes, words === 'a day', words === 'a day'));
  return select;
}

/** Minutes as the server takes them: null for ever. */
export const minutesOf = (value = ''): number | null => (value === '' ? null : Number(value));
