import type { AuditRecord } from '../../shared/moderation.ts';
import { element } from '../ui/element.ts';
import type { AdminApi } from './admin-api.ts';
import { moment } from './figures.ts';
import { PlainTable } from './plain-table.ts';

/** Entries read at a time. */
const PAGE = 30;

/** What those who run the world have done, the newest first. */
export class AuditPanel {
  readonly node: HTMLElement;
  readonly #api: () => AdminApi;
  readonly #table = new PlainTable(['when', 'from', 'what', 'with'], 'Nothing has been done yet.');
  readonly #more = element('button', 'deed', 'Older');
  #records: AuditRecord[] = [];

  constructor(api: () => AdminApi) {
    this.#api = api;
    this.#more.type = 'button';
    this.#more.hidden = true;
    this.#more.addEventListener('click', () => void this.#read(this.#records.at(-1)?.id));
    this.node = element('section', 'panel audit', [element('h2', '', 'Audit log'), this.#table.node, this.#more]);
  }

  /** Reads the newest. */
  async look(): Promise<void> {
    this.#records = [];
    await this.#read(undefined);
  }

  /** Something has just been done. */
  add(record: AuditRecord): void {
    if (this.#records.some(({ id }) => id === record.id)) return;
    this.#records = [record, ...this.#records].sort((a, b) => b.id - a.id);
    this.#show();
  }

  async #read(before: number | undefined): Promise<void> {
    const from = before === undefined ? '' : `&before=${before}`;
    const asked = await this.#api().get<{ entries: readonly AuditRecord[] }>(`/audit?most=${PAGE}${from}`);
    if (asked.kind !== 'done') return;
    const known = new Set(this.#records.map(({ id }) => id));
    this.#records.push(...asked.answer.entries.filter(({ id }) => !known.has(id)));
    this.#more.hidden = asked.answer.entries.length < PAGE;
    this.#show();
  }

  #show(): void {
    this.#table.show(
      this.#records.map(({ atMs, by, action, details }) => [moment(atMs), by, action, wordsOf(details)]),
    );
  }
}

const wordsOf = (details: AuditRecord['details']): string =>
  Object.entries(details)
    .filter(([, value]) => value !== null && value !== '' && value !== undefined)
    .map(([name, value]) => {
      if (name.endsWith('Ms')) return `${name.slice(0, -2)} ${moment(Number(value))}`;
      return `${name} ${typeof value === 'object' ? JSON.stringify(value) : value}`;
    })
    .join(', ');
