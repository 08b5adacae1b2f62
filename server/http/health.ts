/** `/livez`: the process answers. `/readyz`: it may be sent traffic, each check by name. */
import type { FastifyInstance } from 'fastify';

/** Throws or rejects while the named thing is not ready; nothing of the error is answered, since `/readyz` is public. */
export type ReadinessCheck = () => void | Promise<void>;

/** A check that hangs is a check that fails. */
const checkTimeoutMs = 2_000;

export interface HealthOptions {
  readonly checks: Readonly<Record<string, ReadinessCheck>>;
  /** What is told beside the checks and fails none of them. */
  readonly notes?: () => Readonly<Record<string, unknown>>;
  readonly isDraining: () => boolean;
  readonly onFailure: (name: string, error: unknown) => void;
}

/** Adds `GET /livez` and `GET /readyz` (503 when a check fails, and while the process stops). */
export function addHealth(app: FastifyInstance, { checks, notes, isDraining, onFailure }: HealthOptions): void {
  app.get('/livez', { exposeHeadRoute: true }, async () => ({ status: 'ok' }));
  app.get('/readyz', { exposeHeadRoute: true }, async (_request, reply) => {
    const results: [string, string][] = await Promise.all(
      Object.entries(checks).map(async ([name, check]): Promise<[string, string]> => {
        try {
          await within(check, checkTimeoutMs);
          return [name, 'ok'];
        } catch (error) {
          onFailure(name, error);
          return [name, 'failed'];
        }
      }),
    );
    const draining = isDraining();
    const ready = !draining && results.every(([, result]) => result === 'ok');
    void reply.code(ready ? 200 : 503);
    return {
      status: draining ? 'stopping' : ready ? 'ok' : 'failed',
      checks: Object.fromEntries(results),
      ...notes?.(),
    };
  });
}

async function within(check: ReadinessCheck, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`expected an answer within ${milliseconds} ms, got none`)), milliseconds);
  });
  try {
    await Promise.race([Promise.resolve().then(check), late]);
  } finally {
    clearTimeout(timer);
  }
}
