import { CLOSE } from '../../shared/closing.ts';
import { attempt } from '../memory.ts';
import { element, setText } from './element.ts';
import { type BannerActions, type Story, storyOf } from './stories.ts';

/** What the banner has to know of the connection. */
export type Link =
  | { readonly phase: 'idle' }
  | { readonly phase: 'connecting' | 'joining' }
  /** There is no room for the moment: 1 is next. */
  | { readonly phase: 'queued'; readonly place: number; readonly of: number }
  | { readonly phase: 'joined' }
  | { readonly phase: 'waiting'; readonly retryAtMs: number; readonly code: number; readonly reason: string }
  | { readonly phase: 'closed'; readonly code: number; readonly reason: string }
  /** There is a connection, and nothing of the world can be drawn. */
  | { readonly phase: 'blind' };

/** A first connection this quick is not worth a word, nor one that is back this soon, in ms. */
const PATIENCE_MS = 700;
const BREAK_MS = 1800;

/** Noted when the version does not fit: whoever comes back to the same has reloaded in vain. */
const MISFIT = 'flatlands.misfit';

/** The graphics card has given the picture up, and the browser does not bring it back. */
const BLIND: Story = {
  title: 'The picture is lost',
  detail: 'The graphics of this machine have stopped. You are still in the world; a fresh page may show it again.',
  button: 'Reload',
  action: 'reload',
};

/** "1st", "12th", "23rd" */
export function ordinal(place: number): string {
  const ending = { one: 'st', two: 'nd', few: 'rd', other: 'th' } as const;
  const rule = new Intl.PluralRules('en', { type: 'ordinal' }).select(place) as keyof typeof ending;
  return `${place.toLocaleString('en')}${ending[rule] ?? 'th'}`;
}

const lineStory = (place: number, of: number): Pick<Story, 'title' | 'detail'> => ({
  title: place === 1 ? 'The world is full: you are next' : `The world is full: you are ${ordinal(place)} in line`,
  detail: `${of === 1 ? 'Nobody else waits' : `${of.toLocaleString('en')} are waiting`}. Stay here, and you come in by yourself.`,
});

/** Says calmly that the connection is lost, what happens next and what one can do. */
export class Banner {
  readonly #box: HTMLElement;
  readonly #title = element('strong', 'banner-title');
  readonly #detail = element('span', 'banner-detail');
  /** Counts the seconds; nobody wants them read out. */
  readonly #next = element('span', 'banner-next');
  readonly #button = element('button', 'button banner-button');
  readonly #spoken = element('p', 'unseen');
  /** The browser's storage for this tab; undefined where nothing can be kept. */
  readonly #tab = attempt(() => sessionStorage);
  readonly #hasReloaded = attempt(() => this.#tab?.getItem(MISFIT)) === 'yes';
  #isMisfit = this.#hasReloaded;
  #action: keyof BannerActions = 'reconnect';
  /** What was told last of why there is no connection. */
  #story: Story | undefined;
  #isWaiting = false;
  #hasJoined = false;
  #sinceMs: number | undefined;

  constructor(parent: HTMLElement, actions: BannerActions) {
    this.#button.type = 'button';
    this.#button.addEventListener('click', () => {
      this.#button.blur();
      actions[this.#action]();
    });
    const text = element('div', 'banner-text', [this.#title, this.#detail, this.#next]);
    this.#box = element('section', 'banner', [text, this.#button]);
    this.#box.ariaLabel = 'Connection';
    this.#box.hidden = true;
    // There all the time: what is new in it is read out, what comes with its words would not be.
    this.#spoken.setAttribute('role', 'status');
    parent.append(this.#box, this.#spoken);
    window.addEventListener('online', () => {
      if (this.#isWaiting) actions.reconnect();
    });
  }

  /** To be called a few times a second. */
  update(link: Link, nowMs: number): void {
    this.#isWaiting = link.phase === 'waiting';
    switch (link.phase) {
      case 'idle':
        this.#hide();
        break;
      case 'joined':
        if (!this.#box.hidden) setText(this.#spoken, 'You are connected.');
        this.#misfit(false);
        this.#hasJoined = true;
        this.#hide();
        break;
      case 'connecting':
      case 'joining':
        this.#sinceMs ??= nowMs;
        if (this.#box.hidden && !this.#isDue(nowMs)) break;
        // Why, stays to be read while it is tried again.
        if (this.#story !== undefined) this.#show(this.#story, 'Trying again …');
        else this.#show({ title: this.#hasJoined ? 'Connecting again …' : 'Connecting …' }, '');
        break;
      case 'queued':
        this.#story = undefined;
        this.#show(lineStory(link.place, link.of), '');
        break;
      case 'waiting': {
        this.#sinceMs ??= nowMs;
        this.#story = this.#storyOf(link);
        if (this.#hasJoined && !this.#isDue(nowMs)) break;
        const seconds = Math.max(0, Math.ceil((link.retryAtMs - nowMs) / 1000));
        this.#show(this.#story, seconds <= 0 ? 'Trying again …' : `Trying again in ${seconds} s.`);
        break;
      }
      case 'closed':
        this.#story = undefined;
        this.#show(this.#storyOf(link), '');
        if (link.code === CLOSE.version.code) this.#misfit(true);
        break;
      case 'blind':
        this.#show(BLIND, '');
        break;
    }
  }

  #storyOf({ code, reason }: { readonly code: number; readonly reason: string }): Story {
    return storyOf(code, reason, {
      hasJoined: this.#hasJoined,
      isOnline: navigator.onLine,
      hasReloaded: this.#hasReloaded,
      before: this.#story,
    });
  }

  /** Whether one has been away for longer than anybody need notice. */
  #isDue(nowMs: number): boolean {
    const patience = this.#hasJoined ? BREAK_MS : PATIENCE_MS;
    return this.#sinceMs !== undefined && nowMs - this.#sinceMs > patience;
  }

  #show({ title, detail = '', button, action }: Pick<Story, 'title'> & Partial<Story>, next: string): void {
    setText(this.#title, title);
    setText(this.#detail, detail);
    setText(this.#next, next);
    this.#button.hidden = button === undefined;
    if (button !== undefined && action !== undefined) {
      setText(this.#button, button);
      this.#action = action;
    }
    this.#box.hidden = false;
    setText(this.#spoken, detail === '' ? title : `${title}. ${detail}`);
  }

  #misfit(isMisfit: boolean): void {
    if (isMisfit === this.#isMisfit) return;
    this.#isMisfit = isMisfit;
    attempt(() => (isMisfit ? this.#tab?.setItem(MISFIT, 'yes') : this.#tab?.removeItem(MISFIT)));
  }

  #hide(): void {
    this.#sinceMs = undefined;
    this.#story = undefined;
    this.#box.hidden = true;
  }
}
