import type { FastifyInstance } from 'fastify';

/** Whether the app can serve players now; `why` completes "not ready: …". */
export interface Readiness {
  readonly ready: boolean;
  readonly why?: string;
}

/** `/healthz`: the process answers. `/readyz`: it should be sent players. */
export function addHealth(app: FastifyInstance, ready: () => Readiness): void {
  app.get('/healthz', (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'ok' }));

  app.get('/readyz', (_request, reply) => {
    const state = ready();
    reply.header('cache-control', 'no-store');
    if (state.ready) return reply.send({ status: 'ready' });
    return reply.code(503).send({ status: 'not ready', why: state.why ?? 'no reason given' });
  });
}
