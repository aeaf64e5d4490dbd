import { once } from 'node:events';
import { WebSocket } from 'ws';
import { encodeClientMessage } from '../../../shared/client-codec.ts';
import { PROTOCOL_VERSION, SUBPROTOCOL } from '../../../shared/constants.ts';
import { decodeServerFrame } from '../../../shared/server-codec.ts';

/** Signs somebody up, and gives the token that they come back with: what an attacker may have stolen. */
export async function resumeTokenOf(url: string): Promise<string> {
  const socket = new WebSocket(url, SUBPROTOCOL, { perMessageDeflate: false });
  await once(socket, 'open');
  const at = null;
  const hello = {
    type: 'hello',
    protocol: PROTOCOL_VERSION,
    name: 'Victim',
    look: 0,
    width: 10,
    height: 10,
    token: null,
    at,
  };
  socket.send(encodeClientMessage(hello as Parameters<typeof encodeClientMessage>[0]));
  for (;;) {
    const [data] = (await once(socket, 'message')) as [Buffer];
    const welcome = decodeServerFrame(data).find((message) => message.type === 'welcome');
    if (welcome?.type !== 'welcome') continue;
    socket.close(1000);
    await once(socket, 'close');
    return welcome.token;
  }
}
