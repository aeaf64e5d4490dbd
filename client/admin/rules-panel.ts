import { MAX_ANNOUNCEMENT, MAX_AREA_NAME, type Rule, ruleKey } from '../../shared/moderation.ts';
import { element, setText } from '../ui/element.ts';
import type { AdminApi } from './admin-api.ts';
import { moment } from './figures.ts';
import type { OrderDialog } from './order-dialog.ts';
import { PlainTable } from './plain-table.ts';

export interface RulesPanelOptions {
  readonly api: () => AdminApi;
  readonly dialog: OrderDialog;
  /** Whether anything may be changed from here. */
  readonly told: (isWritable: boolean) => void;
}

/** What has been laid down: who may not come in or speak, and where nobody builds; and what is said to everybody. */
export class RulesPanel {
  readonly node: HTMLElement;
  readonly #options: RulesPanelOptions;
  readonly #table = new PlainTable(['what', 'until', 'why', ''], 'There are no rules: everybody may do everything.');
  readonly #why = element('p', 'why');
  readonly #protect = element('button', 'button', 'Protect an area');
  readonly #announce = element('button', 'button', 'Say something to everybody');

  constructor(options: RulesPanelOptions) {
    this.#options = options;
    this.#why.setAttribute('role', 'status');
    for (const [button, act] of [
      [this.#protect, () => this.#openProtect()],
      [this.#announce, () => this.#openAnnounce()],
    ] as const) {
      button.type = 'button';
      button.disabled = true;
      button.addEventListener('click', act);
    }
    const buttons = element('div', 'buttons', [this.#protect, this.#announce]);
    this.node = element('section', 'panel', [element('h2', '', 'Rules'), this.#table.node, this.#why, buttons]);
  }

  async look(): Promise<void> {
    const asked = await this.#options.api().get<{ rules: readonly Rule[]; isWritable: boolean }>('/rules');
    if (asked.kind !== 'done') {
      setText(this.#why, asked.sentence);
      return;
    }
    const { rules, isWritable } = asked.answer;
    this.#options.told(isWritable);
    for (const button of [this.#protect, this.#announce]) button.disabled = !isWritable;
    setText(this.#why, isWritable ? '' : 'This server was started without --admin-writes: it can only be looked at.');
    this.#table.show(
      rules.map((rule) => {
        const lift = element('button', 'deed', 'Lift');
        lift.type = 'button';
        lift.disabled = !isWritable;
        lift.ariaLabel = `Lift: ${wordsOf(rule)}`;
        lift.addEventListener('click', () => void this.#lift(rule));
        const isArea = rule.kind === 'area';
        const until = isArea || rule.untilMs === null ? 'for ever' : moment(rule.untilMs);
        return [wordsOf(rule), until, isArea ? '' : rule.reason, lift];
      }),
    );
  }

  async #lift(rule: Rule): Promise<void> {
    const asked = await this.#options.api().post('/lift', { key: ruleKey(rule) });
    await this.look();
    if (asked.kind !== 'done') setText(this.#why, asked.sentence);
  }

  #openProtect(): void {
    const side = (name: string, label: string) => ({ name, label, kind: 'number', isRequired: true }) as const;
    this.#options.dialog.open({
      title: 'Protect an area',
      detail:
        'Nobody builds there, or takes anything away. In tiles, as the game shows them; the last ones belong to it.',
      fields: [
        { name: 'name', label: 'Name', kind: 'text', most: MAX_AREA_NAME, isRequired: true },
        side('left', 'From X'),
        side('top', 'From Y'),
        side('right', 'To X'),
        side('bottom', 'To Y'),
      ],
      deed: 'Protect',
      act: async ({ name, left, top, right, bottom }) => {
        const area = { left: Number(left), top: Number(top), right: Number(right), bottom: Number(bottom) };
        return this.#post('/protect', { name, ...area });
      },
    });
  }

  #openAnnounce(): void {
    this.#options.dialog.open({
      title: 'Say something to everybody',
      fields: [{ name: 'text', label: 'What', kind: 'text', most: MAX_ANNOUNCEMENT, isRequired: true }],
      deed: 'Say it',
      act: ({ text }) => this.#post('/announce', { text }),
    });
  }

  async #post(path: string, body: unknown): Promise<string | undefined> {
    const asked = await this.#options.api().post(path, body);
    if (asked.kind !== 'done') return asked.sentence;
    await this.look();
    return undefined;
  }
}

function wordsOf(rule: Rule): string {
  switch (rule.kind) {
    case 'ban':
      return `#${rule.player} is not let in`;
    case 'address':
      return `nobody is let in from ${rule.address}`;
    case 'mute':
      return `#${rule.player} is not heard`;
    case 'area':
      return `nobody builds in “${rule.name}”, ${rule.left}, ${rule.top} to ${rule.right}, ${rule.bottom}`;
  }
}
