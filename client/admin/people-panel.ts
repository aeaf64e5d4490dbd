import type { FoundPerson } from '../../shared/moderation.ts';
import { MAX_REASON } from '../../shared/moderation.ts';
import { element, setText } from '../ui/element.ts';
import type { AdminApi } from './admin-api.ts';
import { minutesOf, type OrderDialog, type OrderField } from './order-dialog.ts';
import { PlainTable } from './plain-table.ts';

export interface PeoplePanelOptions {
  readonly api: () => AdminApi;
  readonly dialog: OrderDialog;
  /** The address at which a node listens, by its name. */
  readonly addressOf: (node: string) => string;
  /** Undoes what somebody built. */
  readonly undo: (player: number) => void;
  /** Follows somebody's next change of direction. */
  readonly follow: (player: number, who: string) => void;
}

const REASON: OrderField = { name: 'reason', label: 'Reason, which they are told', kind: 'text', most: MAX_REASON };
const SPAN: OrderField = { name: 'minutes', label: 'For', kind: 'span' };

/** Finds people who are in the world, and what may be done about each. */
export class PeoplePanel {
  readonly node: HTMLElement;
  readonly #options: PeoplePanelOptions;
  readonly #field = element('input', 'field');
  readonly #table = new PlainTable(['person', 'where', 'node', 'address', ''], 'Nobody of that name is in the world.');
  readonly #why = element('p', 'why');
  #isWritable = false;

  constructor(options: PeoplePanelOptions) {
    this.#options = options;
    this.#field.type = 'search';
    this.#field.placeholder = 'A part of a name, or #12';
    this.#field.ariaLabel = 'Find people by a part of their name, or by their number';
    this.#why.setAttribute('role', 'status');
    this.#table.node.hidden = true;
    const form = element('form', 'inline', [this.#field, element('button', 'button', 'Find')]);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#find();
    });
    this.node = element('section', 'panel people', [element('h2', '', 'People'), form, this.#why, this.#table.node]);
  }

  /** Whether anything may be done from here. */
  set isWritable(isWritable: boolean) {
    this.#isWritable = isWritable;
  }

  async #find(): Promise<void> {
    const asked = await this.#options
      .api()
      .get<{ people: readonly FoundPerson[] }>(`/people?q=${encodeURIComponent(this.#field.value)}`);
    setText(this.#why, asked.kind === 'done' ? '' : asked.sentence);
    if (asked.kind !== 'done') return;
    this.#table.node.hidden = false;
    this.#table.show(
      asked.answer.people.map((person) => [
        `${person.name}#${person.id}`,
        `${person.tileX}, ${person.tileY}`,
        this.#options.addressOf(person.node),
        person.address ?? '–',
        this.#deeds(person),
      ]),
    );
  }

  #deeds(person: FoundPerson): HTMLElement {
    const { id: player, name, address } = person;
    const who = `${name}#${player}`;
    const looks = 'Follow';
    const deeds: [string, () => void][] = [
      [looks, () => this.#options.follow(player, who)],
      [
        'Kick',
        () => this.#order('Kick', `Kick ${who}`, 'They are out, and may come back.', [REASON], '/kick', { player }),
      ],
      [
        'Mute',
        () =>
          this.#order('Mute', `Mute ${who}`, 'They stay, and nobody hears them.', [SPAN, REASON], '/mute', { player }),
      ],
      [
        'Ban',
        () =>
          this.#order(
            'Ban',
            `Ban ${who}`,
            'They are out, and do not come back as who they are.',
            [SPAN, REASON],
            '/ban',
            { player },
          ),
      ],
    ];
    if (address !== null) {
      const detail = 'Everybody from there is out, and nobody from there comes in.';
      deeds.push([
        'Ban address',
        () => this.#order('Ban', `Ban the address ${address}`, detail, [SPAN, REASON], '/ban', { address }),
      ]);
    }
    deeds.push(['Move', () => this.#move(person)], ['Undo', () => this.#options.undo(player)]);
    return element(
      'div',
      'deeds',
      deeds.map(([words, act]) => {
        const button = element('button', 'deed', words);
        button.type = 'button';
        button.ariaLabel = `${words}: ${who}`;
        // To look on changes nothing.
        button.disabled = !this.#isWritable && words !== looks;
        button.addEventListener('click', act);
        return button;
      }),
    );
  }

  #order(
    deed: string,
    title: string,
    detail: string,
    fields: readonly OrderField[],
    path: string,
    about: Readonly<Record<string, unknown>>,
  ): void {
    this.#options.dialog.open({
      title,
      detail,
      fields,
      deed,
      act: (values) => {
        const minutes = fields.includes(SPAN) ? { minutes: minutesOf(values.minutes) } : {};
        return this.#post(path, { ...about, ...minutes, reason: values.reason ?? '' });
      },
    });
  }

  #move({ id: player, name, tileX, tileY }: FoundPerson): void {
    this.#options.dialog.open({
      title: `Move ${name}#${player}`,
      detail: 'To a tile, or the nearest one that is free.',
      fields: [
        { name: 'tileX', label: 'X', kind: 'number', value: `${tileX}`, isRequired: true },
        { name: 'tileY', label: 'Y', kind: 'number', value: `${tileY}`, isRequired: true },
      ],
      deed: 'Move',
      act: (values) => this.#post('/teleport', { player, tileX: Number(values.tileX), tileY: Number(values.tileY) }),
    });
  }

  async #post(path: string, body: unknown): Promise<string | undefined> {
    const asked = await this.#options.api().post(path, body);
    if (asked.kind !== 'done') return asked.sentence;
    void this.#find();
    return undefined;
  }
}
