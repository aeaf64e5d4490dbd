import { MAX_TEXT } from '../../shared/client-codec.ts';
import type { Say } from '../../shared/protocol.ts';
import { ChatLog, type ChatLogOptions } from './chat-log.ts';
import type { Requests } from './requests.ts';

/** What one says oneself, and the log of all that is said. */
export class Talk {
  readonly log: ChatLog;
  readonly #requests: Requests;

  constructor(requests: Requests, options: ChatLogOptions) {
    this.#requests = requests;
    this.log = new ChatLog(options);
  }

  /** The request to say something; undefined for what is refused here already, in the log where that needs a word. */
  say(text: string): Say | undefined {
    const said = text.trim();
    if (said === '') return undefined;
    if (said.length > MAX_TEXT) {
      this.log.notice('That is too long to say in one go.');
      return undefined;
    }
    return { type: 'say', n: this.#requests.ask({ type: 'say', text: said }), text: said };
  }

  granted(text: string): void {
    const outcome = outcomeOf(text);
    if (outcome !== undefined) this.log.notice(outcome);
  }
}

/** What a command has done, for those of which nothing else is to be read. */
function outcomeOf(text: string): string | undefined {
  const [command, argument] = text.toLowerCase().split(/\s+/u);
  if (command !== '/home') return undefined;
  return argument === 'here' ? 'This is your place now: /home leads back here.' : 'Back at your own place.';
}
