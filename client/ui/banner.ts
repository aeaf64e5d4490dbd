import { CLOSE } from '../../shared/closing.ts';
import { element, setText } from './element.ts';

/** What the banner has to know of the connection. */
export type Link =
  | { readonly phase: 'idle' }
  | { readonly phase: 'connecting' | 'joining' }
  | { readonly phase: 'joined' }
  | { readonly phase: 'waiting'; readonly retryAtMs: number; readonly reason: string }
  | { readonly phase: 'closed'; readonly code: number; readonly reason: string };

/** What the banner's button may do. */
export interface BannerActions {
  reconnect(): void;
  reload(): void;
  /** Loads the page without a place to appear at. */
  startElsewhere(): void;
}

interface Remedy {
  readonly title: string;
  readonly button: string;
  readonly action: keyof BannerActions;
}

const REMEDIES: ReadonlyMap<number, Remedy> = new Map<number, Remedy>([
  [CLOSE.version.code, { title: 'There is a newer Flatlands', button: 'Reload', action: 'reload' }],
  [CLOSE.takenOver.code, { title: 'You are playing elsewhere', button: 'Play here', action: 'reconnect' }],
  [CLOSE.edge.code, { title: 'Nobody can go there', button: 'Start at the meadow', action: 'startElsewhere' }],
  [CLOSE.closedSpawn.code, { title: 'Not from there', button: 'Start at the meadow', action: 'startElsewhere' }],
]);
const OTHERWISE: Remedy = { title: 'The server ended the session', button: 'Try again', action: 'reconnect' };

/** What the client says when it knows nothing better. */
const PLAIN_REASON = 'The connection was lost.';

/** A first connection this quick is not worth a word, nor one that is back this soon, in ms. */
const PATIENCE_MS = 700;
const BREAK_MS = 1800;

/** Says calmly that the connection is lost, what happens next and what one can do. */
export class Banner {
  readonly #box: HTMLElement;
  readonly #title = element('strong', 'banner-title');
  readonly #detail = element('span', 'banner-detail');
  readonly #button = element('button', 'button banner-button');
  #action: keyof BannerActions = 'reconnect';
  #hasJoined = false;
  #sinceMs: number | undefined;

  constructor(parent: HTMLElement, actions: BannerActions) {
    this.#button.type = 'button';
    this.#button.addEventListener('click', () => {
      this.#button.blur();
      actions[this.#action]();
    });
    this.#box = element('div', 'banner', [element('div', 'banner-text', [this.#title, this.#detail]), this.#button]);
    this.#box.setAttribute('role', 'status');
    this.#box.hidden = true;
    parent.append(this.#box);
  }

  /** To be called a few times a second. */
  update(link: Link, nowMs: number): void {
    switch (link.phase) {
      case 'idle':
        this.#hide();
        break;
      case 'joined':
        this.#hasJoined = true;
        this.#hide();
        break;
      case 'connecting':
      case 'joining':
        this.#sinceMs ??= nowMs;
        if (this.#hasJoined && this.#isBreak(nowMs)) this.#show('Connecting again …', '', undefined);
        else if (!this.#hasJoined && nowMs - this.#sinceMs > PATIENCE_MS) this.#show('Connecting …', '', undefined);
        break;
      case 'waiting': {
        this.#sinceMs ??= nowMs;
        if (this.#hasJoined && !this.#isBreak(nowMs)) break;
        const seconds = Math.max(0, Math.ceil((link.retryAtMs - nowMs) / 1000));
        const next = seconds <= 0 ? 'Trying again now.' : `Trying again in ${seconds} s.`;
        const title = this.#hasJoined ? 'Connection lost' : 'No connection yet';
        // The plainest of reasons is the title already.
        const reason = link.reason === PLAIN_REASON ? '' : `${link.reason} `;
        this.#show(title, reason + next, { title, button: 'Try now', action: 'reconnect' });
        break;
      }
      case 'closed': {
        const remedy = REMEDIES.get(link.code) ?? OTHERWISE;
        this.#show(remedy.title, link.reason, remedy);
        break;
      }
    }
  }

  /** Whether one has been away for longer than anybody need notice. */
  #isBreak(nowMs: number): boolean {
    return this.#sinceMs !== undefined && nowMs - this.#sinceMs > BREAK_MS;
  }

  #show(title: string, detail: string, remedy: Remedy | undefined): void {
    setText(this.#title, title);
    setText(this.#detail, detail);
    this.#button.hidden = remedy === undefined;
    if (remedy !== undefined) {
      setText(this.#button, remedy.button);
      this.#action = remedy.action;
    }
    this.#box.hidden = false;
  }

  #hide(): void {
    this.#sinceMs = undefined;
    this.#box.hidden = true;
  }
}
