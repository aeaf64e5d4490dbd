import { UNITS_PER_TILE } from '../shared/constants.ts';
import type { ChatEntry } from './core/chat-log.ts';
import type { Client } from './core/client.ts';
import { EmotesShown } from './emotes-shown.ts';
import type { Memory, Named } from './memory.ts';
import type { Sound } from './sound/sound.ts';
import type { Bubbles, Head } from './ui/bubbles.ts';
import { ChatPanel } from './ui/chat-panel.ts';
import { findNamed, readPageCommand } from './ui/chat-words.ts';
import { EmotePicker } from './ui/emote-picker.ts';
import type { Toasts } from './ui/toast.ts';

export interface TalkOptions {
  readonly memory: Memory;
  readonly toasts: Toasts;
  readonly sound: Sound;
  readonly bubbles: Bubbles;
  /** The button of the picker of emotes. */
  readonly emotes: HTMLElement;
  readonly client: () => Client | undefined;
}

/** Lines whose answer is awaited; the oldest is given up beyond that. */
const MAX_AWAITED = 32;

/** What people say to each other: chat, bubbles and emotes. */
export class Talk {
  readonly #options: TalkOptions;
  readonly #panel: ChatPanel;
  readonly #picker: EmotePicker;
  readonly #emotes = new EmotesShown();
  /** Lines on their way, by request. */
  readonly #awaited = new Map<number, string>();
  #version = -1;
  /** What of the log has had its bubble. */
  #seen: ReadonlySet<string> = new Set();

  constructor(parent: HTMLElement, options: TalkOptions) {
    this.#options = options;
    this.#panel = new ChatPanel(parent, {
      send: (text) => this.#send(text),
      setMuted: (person, isMuted) => this.#setMuted(person, isMuted),
    });
    this.#picker = new EmotePicker(parent, options.emotes, (emote) => this.#express(emote));
  }

  get isChatOpen(): boolean {
    return this.#panel.isOpen;
  }

  get isPicking(): boolean {
    return this.#picker.isOpen;
  }

  openChat(): void {
    this.#panel.open();
  }

  closeChat(): void {
    this.#panel.close();
  }

  toggleChat(): void {
    this.#panel.toggle();
  }

  toggleEmotes(): void {
    this.#picker.toggle();
  }

  closeEmotes(): void {
    this.#picker.close();
  }

  /** A number key from 1; returns whether it chose an emote. */
  choose(number: number): boolean {
    return this.#picker.choose(number);
  }

  /** Sends a command that a button stands for. */
  command(text: string): void {
    if (this.#options.client()?.say(text) === undefined)
      this.#options.toasts.say('There is no connection at the moment.');
  }

  /** Emotes by player. */
  emotes(nowMs: number): ReadonlyMap<number, number> {
    return this.#emotes.at(nowMs);
  }

  emoted(player: number, emote: number, nowMs: number): void {
    const { client, sound } = this.#options;
    if (client()?.chat.isMuted(player) === true) return;
    this.#emotes.show(player, emote, nowMs);
    sound.play('emote', this.#distanceTo(player));
  }

  answered(n: number): void {
    this.#awaited.delete(n);
  }

  /** A line was refused: it is given back to be said otherwise, and the log says why. Returns whether it was a line. */
  refused(n: number): boolean {
    const text = this.#awaited.get(n);
    this.#awaited.delete(n);
    if (text !== undefined) this.#panel.restore(text);
    return text !== undefined;
  }

  /** Nobody will say what became of what is on its way: the last line of it is given back to be said again. */
  disconnected(): void {
    const last = [...this.#awaited.values()].at(-1);
    this.#awaited.clear();
    if (last === undefined) return;
    this.#panel.restore(last);
    this.#options.toasts.say('The connection was lost. Your line is kept, in case it was not heard.');
  }

  /** To be called every frame. */
  update(client: Client, nowMs: number): void {
    const { chat } = client;
    this.#panel.update(chat, nowMs);
    if (chat.version === this.#version) return;
    this.#version = chat.version;
    for (const entry of chat.entries) {
      if (this.#seen.has(entry.key) || entry.isHistory) continue;
      this.#bubble(entry, nowMs);
      if (!entry.isOwn && entry.kind !== 'notice')
        this.#options.sound.play(entry.kind === 'whisper' ? 'whisper' : 'line');
    }
    this.#seen = new Set(chat.entries.map(({ key }) => key));
  }

  /** @param density device pixels to a CSS pixel */
  drawn(heads: Iterable<Head>, nowMs: number, density: number): void {
    this.#options.bubbles.update(heads, nowMs, density);
  }

  #bubble({ kind, player, text }: ChatEntry, nowMs: number): void {
    if (kind === 'whisper' || kind === 'notice') return;
    this.#options.bubbles.say(player, kind, text, nowMs);
  }

  #send(text: string): boolean {
    const client = this.#options.client();
    const command = readPageCommand(text);
    if (command !== undefined) return this.#mute(command.name, command.kind === 'mute');
    const n = client?.say(text);
    if (n === undefined) {
      this.#options.toasts.say('There is no connection at the moment; your line is kept.');
      return false;
    }
    this.#awaited.set(n, text);
    for (const oldest of this.#awaited.keys()) {
      if (this.#awaited.size <= MAX_AWAITED) break;
      this.#awaited.delete(oldest);
    }
    return true;
  }

  #express(emote: number): void {
    const client = this.#options.client();
    if (client?.own === undefined) return;
    client.emote(emote);
    this.#emotes.show(client.own.id, emote, performance.now());
    this.#options.sound.play('emote');
  }

  /** In tiles; endless to whoever is not in the picture. */
  #distanceTo(player: number): number {
    const client = this.#options.client();
    const own = client?.ownPosition();
    if (client === undefined || own === undefined) return Number.POSITIVE_INFINITY;
    for (const { id, x, y } of client.people()) {
      if (id === player) return Math.hypot(x - own.x, y - own.y) / UNITS_PER_TILE;
    }
    return Number.POSITIVE_INFINITY;
  }

  /** Returns whether somebody of that name is known. */
  #mute(name: string, isMuted: boolean): boolean {
    const person = findNamed(name, isMuted ? this.#near() : this.#options.memory.muted);
    if (person !== undefined) this.#setMuted(person, isMuted);
    else if (name === '') this.#options.toasts.say('Say whose name: /mute NAME.');
    else this.#options.toasts.say(isMuted ? `Nobody called ${name} is near.` : `You have muted nobody called ${name}.`);
    return person !== undefined;
  }

  #setMuted(person: Named, isMuted: boolean): void {
    const { client, memory, toasts } = this.#options;
    const chat = client()?.chat;
    if (isMuted) chat?.mute(person.id);
    else chat?.unmute(person.id);
    const others = memory.muted.filter(({ id }) => id !== person.id);
    memory.muted = isMuted ? [...others, person] : others;
    toasts.say(isMuted ? `${person.name} is muted; /unmute ${person.name} ends it.` : `You hear ${person.name} again.`);
  }

  /** Everybody who has said something, the last first, and everybody in the picture. */
  #near(): readonly Named[] {
    const client = this.#options.client();
    if (client === undefined) return [];
    const people: Named[] = client.chat.entries
      .filter(({ kind, isOwn }) => kind !== 'notice' && !isOwn)
      .map(({ player, name }) => ({ id: player, name }))
      .reverse();
    for (const { id, name } of client.people()) if (name !== undefined) people.push({ id, name });
    return people;
  }
}
