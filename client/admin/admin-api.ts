/** What came of asking the server. */
export type Asked<T> =
  | { readonly kind: 'done'; readonly answer: T }
  /** The token is not the right one. */
  | { readonly kind: 'denied'; readonly sentence: string }
  /** Not for now, or not at all: a sentence why. */
  | { readonly kind: 'failed'; readonly sentence: string };

const NO_ANSWER = 'This server does not answer: what you see is the last that it said.';
/** A server that is there answers within this, in ms; orders wait for other nodes. */
const PATIENCE_MS = 8000;

/** Asks the server that the page came from, as somebody who runs the world. */
export class AdminApi {
  readonly #token: string;

  constructor(token: string) {
    this.#token = token;
  }

  get<T>(path: string): Promise<Asked<T>> {
    return this.#ask(path, {});
  }

  post<T>(path: string, body: unknown): Promise<Asked<T>> {
    return this.#ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  /**
   * What is on the notice board, and what comes onto it, as long as the connection lasts.
   * @param told each notice; the value is the server's
   */
  async watch(told: (topic: string, value: unknown) => void): Promise<Exclude<Asked<never>, { kind: 'done' }>> {
    try {
      const response = await this.#fetch('/notices', {});
      if (!response.ok || response.body === null) return await failure(response);
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let text = '';
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        text += value;
        const events = text.split('\n\n');
        text = events.pop() ?? '';
        for (const event of events) tell(event, told);
      }
    } catch {
      // The server has gone; whoever watches tries again.
    }
    return { kind: 'failed', sentence: NO_ANSWER };
  }

  async #ask<T>(path: string, init: RequestInit): Promise<Asked<T>> {
    try {
      const response = await this.#fetch(path, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) });
      if (!response.ok) return await failure(response);
      return { kind: 'done', answer: (await response.json()) as T };
    } catch {
      return { kind: 'failed', sentence: NO_ANSWER };
    }
  }

  #fetch(path: string, init: RequestInit): Promise<Response> {
    const headers = { ...init.headers, authorization: `Bearer ${this.#token}` };
    return fetch(`/admin/api${path}`, { ...init, headers, cache: 'no-store' });
  }
}

async function failure(response: Response): Promise<Exclude<Asked<never>, { kind: 'done' }>> {
  const { error } = (await response.json().catch(() => ({}))) as { readonly error?: string };
  const sentence = error ?? `The server answered ${response.status}.`;
  return { kind: response.status === 401 ? 'denied' : 'failed', sentence };
}

function tell(event: string, told: (topic: string, value: unknown) => void): void {
  const [, topic, data] = /^event: (.+)\ndata: (.+)$/.exec(event) ?? [];
  if (topic !== undefined && data !== undefined) told(topic, JSON.parse(data));
}
