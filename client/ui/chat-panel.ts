import { MAX_CHAT_LENGTH } from '../../shared/constants.ts';
import type { Named } from '../memory.ts';
import { ChatLines, type ShownLog } from './chat-lines.ts';
import { ChatRecall } from './chat-recall.ts';
import { matchingCommands, whisperTo } from './chat-words.ts';
import { element } from './element.ts';
import { icon } from './icon.ts';
import { NameMenu } from './name-menu.ts';

export interface ChatActions {
  /** Returns whether the line is on its way; else it stays in the field. */
  send(text: string): boolean;
  setMuted(person: Named, isMuted: boolean): void;
}

/** The log in the corner and the line to write in. */
export class ChatPanel {
  readonly #actions: ChatActions;
  readonly #box: HTMLElement;
  readonly #field = element('input', 'chat-field');
  readonly #form: HTMLElement;
  readonly #hints = element('ul', 'chat-hints');
  readonly #lines: ChatLines;
  readonly #menu: NameMenu;
  readonly #recall = new ChatRecall();
  #log: ShownLog | undefined;

  constructor(parent: HTMLElement, actions: ChatActions) {
    this.#actions = actions;
    this.#lines = new ChatLines((person, at) => this.#menu.open(person, this.#log?.isMuted(person.id) ?? false, at));
    const field = this.#field;
    field.type = 'text';
    field.maxLength = MAX_CHAT_LENGTH;
    field.ariaLabel = 'Say something to those near';
    field.placeholder = 'Say something, or try /';
    field.autocomplete = 'off';
    field.enterKeyHint = 'send';
    const send = element('button', 'chat-send', [icon('send')]);
    send.type = 'button';
    send.ariaLabel = 'Send';
    const close = element('button', 'chat-close', [icon('close')]);
    close.type = 'button';
    close.ariaLabel = 'Close the chat';
    close.addEventListener('click', () => this.close());
    this.#form = element('div', 'chat-form', [field, send, close]);
    this.#form.hidden = true;
    this.#hints.ariaLabel = 'Commands';
    this.#hints.hidden = true;
    const { node, spoken } = this.#lines;
    this.#box = element('section', 'chat', [node, this.#hints, this.#form, spoken]);
    this.#box.ariaLabel = 'Chat';
    this.#menu = new NameMenu(this.#box, {
      whisper: (person) => this.open(whisperTo(person)),
      setMuted: actions.setMuted,
    });
    parent.append(this.#box);

    field.addEventListener('keydown', (event) => this.#typed(event));
    field.addEventListener('input', () => this.#hint());
    send.addEventListener('click', () => this.#send());
    this.#box.addEventListener('focusout', ({ relatedTarget }) => {
      const isOutside = !(relatedTarget instanceof Node && this.#box.contains(relatedTarget));
      if (isOutside && field.value === '' && document.hasFocus()) this.close();
    });
    this.#box.addEventListener('keydown', (event) => {
      if (event.code !== 'Escape' || event.isComposing || event.defaultPrevented || !this.isOpen) return;
      event.preventDefault();
      this.close();
    });
  }

  get isOpen(): boolean {
    return !this.#form.hidden;
  }

  update(log: ShownLog, nowMs: number): void {
    this.#log = log;
    this.#lines.update(log, nowMs);
  }

  /** Opens the field; without `text` it holds what was being written before. */
  open(text?: string): void {
    this.#form.hidden = false;
    this.#box.classList.add('is-open');
    this.#lines.open(true);
    if (text === undefined) {
      this.#field.focus();
      this.#field.select();
    } else this.#write(text);
  }

  /** The keys are the game's again. What was written is kept for the next time. */
  close(): void {
    if (!this.isOpen) return;
    this.#menu.close();
    if (document.activeElement instanceof HTMLElement && this.#box.contains(document.activeElement)) {
      document.activeElement.blur();
    }
    this.#form.hidden = true;
    this.#hints.hidden = true;
    this.#box.classList.remove('is-open');
    this.#lines.open(false);
  }

  toggle(): void {
    if (this.isOpen) this.close();
    else this.open();
  }

  /** Gives a line back that was refused, where nothing else has been begun. */
  restore(text: string): void {
    if (this.#field.value === '') this.#field.value = text;
  }

  #typed(event: KeyboardEvent): void {
    // While an input method is at work its keys are its own; 229 is how some browsers say so of the last one.
    if (event.isComposing || event.keyCode === 229) return;
    switch (event.code) {
      case 'Enter':
      case 'NumpadEnter':
        event.preventDefault();
        // The key that opened the field may still be down.
        if (!event.repeat) this.#send();
        break;
      case 'ArrowUp':
        this.#recallInto(event, this.#recall.older(this.#field.value));
        break;
      case 'ArrowDown':
        this.#recallInto(event, this.#recall.newer());
        break;
    }
  }

  #recallInto(event: KeyboardEvent, line: string | undefined): void {
    event.preventDefault();
    if (line !== undefined) this.#write(line);
  }

  #write(text: string): void {
    const field = this.#field;
    field.value = text;
    field.focus();
    field.setSelectionRange(text.length, text.length);
    this.#hint();
  }

  #send(): void {
    const text = this.#field.value.trim();
    if (text !== '') {
      if (!this.#actions.send(text)) return;
      this.#recall.add(text);
      this.#field.value = '';
    }
    this.close();
  }

  #hint(): void {
    const commands = matchingCommands(this.#field.value);
    this.#hints.hidden = commands.length === 0;
    this.#hints.replaceChildren(
      ...commands.map(({ word, rest, meaning }) => {
        const button = element('button', 'chat-hint', [
          element('b', '', rest === '' ? word : `${word} ${rest}`),
          element('span', '', meaning),
        ]);
        button.type = 'button';
        button.addEventListener('click', () => this.#write(rest === 'here' ? `${word} here` : `${word} `));
        return element('li', '', [button]);
      }),
    );
  }
}
