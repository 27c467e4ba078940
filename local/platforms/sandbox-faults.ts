import querystring from 'node:querystring';
import { setTimeout as delay } from 'node:timers/promises';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import * as z from 'zod';
import type { SandboxApp, SandboxPlatform } from './sandbox-platform.ts';

/**
 * How the sandbox is told to misbehave. `drop_before` closes the connection with nothing done, `drop_after` once the
 * operation is done; `malformed` does the operation, cuts its answer in half and loses its headers; `expire_tokens`
 * ends the tokens given out so far, of the kind the operation is called with, and goes on.
 */
export const FaultRequest = z.strictObject({
  /** `POST /api/v1/statuses` or `com.atproto.repo.putRecord`; without it any operation. */
  operation: z.string().optional(),
  /** Only calls with this in their address or body, encoded or not, so that those who share a sandbox leave each other alone. */
  containing: z.string().min(1).optional(),
  kind: z.enum(['delay', 'rate_limit', 'error', 'drop_before', 'drop_after', 'expire_tokens', 'malformed']),
  times: z.int().min(1).default(1),
  delayMs: z.int().min(0).max(600_000).default(1000),
  retryAfterSeconds: z.int().min(0).default(30),
  /** A rate limit that does not tell when it ends. */
  silent: z.boolean().default(false),
  status: z.int().min(400).max(599).default(500),
});
type FaultRequest = z.infer<typeof FaultRequest>;
export type SandboxFault = FaultRequest & { remaining: number };

export function faultList() {
  let faults: SandboxFault[] = [];
  let underWay = 0;
  return {
    /** How many calls have come in and are not done yet, even where the caller has hung up. */
    underWay: () => underWay,
    async during<Done>(call: () => Promise<Done>): Promise<Done> {
      underWay += 1;
      return call().finally(() => {
        underWay -= 1;
      });
    },
    add(request: FaultRequest): SandboxFault {
      const fault = { ...request, remaining: request.times };
      faults.push(fault);
      return fault;
    },
    list: () => faults,
    clear() {
      faults = [];
    },
    /** Uses up every delay waiting for this operation, and the oldest other fault. `said` is asked only where it matters. */
    async take(operation: string, said: () => Promise<string>): Promise<SandboxFault[]> {
      const isMeant = (fault: SandboxFault) => fault.operation === undefined || fault.operation === operation;
      const message = faults.some((fault) => isMeant(fault) && fault.containing !== undefined) ? await said() : '';
      const waiting = faults.filter((fault) => isMeant(fault) && message.includes(fault.containing ?? ''));
      const other = waiting.find((fault) => fault.kind !== 'delay');
      const taken = waiting.filter((fault) => fault.kind === 'delay' || fault === other);
      for (const fault of taken) fault.remaining -= 1;
      faults = faults.filter((fault) => fault.remaining > 0);
      return taken;
    },
  };
}
export type FaultList = ReturnType<typeof faultList>;

/** The operations a fault can name: the routes of the protocol. */
export const operationsOf = (app: SandboxApp) =>
  app.routes.filter((route) => isOperation(route) && !route.path.startsWith('/sandbox')).map(operationName);

type Route = { method: string; path: string };
const isOperation = ({ method, path }: Route) => method !== 'ALL' && !path.includes('*');
const operationName = ({ method, path }: Route) =>
  path.startsWith('/xrpc/') ? path.slice('/xrpc/'.length) : `${method} ${path}`;

export function faultInjection(faults: FaultList, platform: SandboxPlatform): MiddlewareHandler {
  const misbehaving: MiddlewareHandler = async (c, next) => {
    if (platform.isHandshake?.(c)) return next();
    const operation = operationName(matchedRoutes(c).find(isOperation) ?? c.req);
    const taken = await faults.take(operation, () => saidIn(c.req.raw));
    for (const fault of taken) if (fault.kind === 'delay') await delay(fault.delayMs, undefined, { ref: false });
    const fault = taken.find(({ kind }) => kind !== 'delay');
    if (fault?.kind === 'drop_before') return dropConnection(c);
    if (fault?.kind === 'rate_limit') return rateLimited(platform, fault);
    if (fault?.kind === 'error') return platform.failed(fault.status).response();
    if (fault?.kind === 'expire_tokens') platform.expireTokens(operation);
    await next();
    if (fault?.kind === 'drop_after') c.res = dropConnection(c);
    if (fault?.kind === 'malformed') {
      const cut = await cutInHalf(c.res);
      c.res = undefined; // else its headers come along
      c.res = cut;
    }
    return undefined;
  };
  return (c, next) => faults.during(() => Promise.resolve(misbehaving(c, next)));
}

/** As it is written, and as queries and forms mean it. Read from a copy: the platform reads the body itself. */
async function saidIn(request: Request): Promise<string> {
  const written = `${request.url}\n${await request.clone().text()}`;
  return `${written}\n${querystring.unescape(written.replaceAll('+', ' '))}`;
}

function rateLimited(platform: SandboxPlatform, { retryAfterSeconds, silent }: SandboxFault): Response {
  const response = platform.rateLimited(retryAfterSeconds).response();
  const telling = [...response.headers.keys()].filter((name) => /retry-after|ratelimit|rate-limit|usage/i.test(name));
  if (silent) for (const name of telling) response.headers.delete(name);
  return response;
}

function dropConnection(c: Context): Response {
  c.env.incoming.socket.destroy();
  return RESPONSE_ALREADY_SENT;
}

async function cutInHalf(response: Response) {
  const text = await response.text();
  const headers = { 'Content-Type': response.headers.get('Content-Type') ?? 'application/json' };
  return new Response(text.slice(0, Math.ceil(text.length / 2)), { status: response.status, headers });
}
