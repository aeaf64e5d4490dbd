/**
 * What stands between publishers and subscribers of ZeroMQ, as in the original: it takes what is pushed (PULL) and
 * publishes it (PUB). Its two addresses are printed, and it ends with its parent.
 */
import { Publisher, Pull } from 'zeromq';
import { HIGH_WATER_MARK } from './zeromq-bus.ts';

const pull = new Pull({ receiveHighWaterMark: HIGH_WATER_MARK });
const publisher = new Publisher({ sendHighWaterMark: HIGH_WATER_MARK });
await pull.bind('tcp://127.0.0.1:*');
await publisher.bind('tcp://127.0.0.1:*');
console.log(`${pull.lastEndpoint} ${publisher.lastEndpoint}`);
process.stdin.on('end', () => process.exit()).resume();
for await (const parts of pull) await publisher.send(parts);
