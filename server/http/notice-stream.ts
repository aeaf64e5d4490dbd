import type { FastifyInstance } from 'fastify';
import type { NoticeBoard } from '../notice-board.ts';

/** An empty line this often tells both ends that the other is there, in ms. */
const SIGN_MS = 5000;
/** What a page has not taken of it, in bytes; past that the stream ends, and the page asks for another. */
const MAX_WAITING_BYTES = 1 << 20;

/**
 * The notice board as a stream of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html):
 * the last word on every topic, then whatever is new. The event's name is the topic, its data JSON.
 * @param opened somebody has begun to look on
 */
export function addNoticeStream(api: FastifyInstance, path: string, board: NoticeBoard, opened: () => void): void {
  api.get(path, (_request, reply) => {
    if (board.isFull) {
      void reply.code(503).header('retry-after', '5').send({ error: 'Too many look on already.' });
      return;
    }
    reply.hijack();
    const { raw } = reply;
    const headers = { ...reply.getHeaders(), 'content-type': 'text/event-stream; charset=utf-8' };
    raw.writeHead(200, headers as Record<string, string>);
    const send = (text: string): void => {
      if (raw.writableLength > MAX_WAITING_BYTES) raw.destroy();
      else raw.write(text);
    };
    const stop = board.watch(({ topic, value }) => send(`event: ${topic}\ndata: ${JSON.stringify(value)}\n\n`));
    const signs = setInterval(() => send(':\n\n'), SIGN_MS);
    raw.once('close', () => {
      clearInterval(signs);
      stop();
    });
    opened();
  });
}
