import type { App } from '../../server/app.ts';

export const ADMIN_TOKEN = 'only-for-those-who-run-it';

/** What a server says to somebody who runs its world. */
export interface AdminAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server answers, which tests look into.
  readonly body: any;
}

/** Somebody who runs a world, and has its token. */
export class AdminClient {
  readonly #base: string;
  readonly #token: string;

  constructor({ port }: Pick<App, 'port'>, token = ADMIN_TOKEN) {
    this.#base = `http://127.0.0.1:${port}/admin/api`;
    this.#token = token;
  }

  get(path: string): Promise<AdminAnswer> {
    return this.#ask(path, {});
  }

  post(path: string, body: unknown): Promise<AdminAnswer> {
    const headers = { 'content-type': 'application/json' };
    return this.#ask(path, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  /** What is on the notice board and what comes onto it, until the test's signal ends it. */
  async *notices(signal: AbortSignal): AsyncGenerator<{ readonly topic: string; readonly value: unknown }> {
    const response = await this.#fetch('/notices', { signal });
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true });
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) {
        const [, topic, data] = /^event: (.+)\ndata: (.+)$/.exec(event) ?? [];
        if (topic !== undefined && data !== undefined) yield { topic, value: JSON.parse(data) };
      }
    }
  }

  async #ask(path: string, init: RequestInit): Promise<AdminAnswer> {
    const response = await this.#fetch(path, init);
    return { status: response.status, body: await response.json() };
  }

  #fetch(path: string, init: RequestInit): Promise<Response> {
    const headers = { ...init.headers, authorization: `Bearer ${this.#token}` };
    return fetch(`${this.#base}${path}`, { ...init, headers });
  }
}
