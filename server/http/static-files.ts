import { join, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** Where the bundler puts what bears a hash of its content in its name. */
const HASHED_FOLDER = 'assets';

/**
 * Serves the built client from `clientDir`, which may not exist. Of a file that lies there compressed as well (FILE.br,
 * FILE.gz) each browser gets what it takes.
 */
export async function addStaticFiles(app: FastifyInstance, clientDir: string): Promise<void> {
  const hashed = join(clientDir, HASHED_FOLDER) + sep;
  await app.register(fastifyStatic, {
    root: clientDir,
    dotfiles: 'ignore',
    preCompressed: true,
    cacheControl: false,
    setHeaders: (reply, path) => {
      // A name with a hash never changes its content; whatever else there is, is asked for again each time.
      const forever = path.startsWith(hashed);
      reply.setHeader('cache-control', forever ? 'public, max-age=31536000, immutable' : 'no-cache');
      // Caches on the way keep one answer for each encoding.
      reply.setHeader('vary', 'accept-encoding');
    },
  });
}
