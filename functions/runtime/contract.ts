import type * as z from 'zod';
import type { FaultCatalog, FaultCode, FaultEntry } from './fault.ts';

/** Ordered from least to most: a caller may do what its own role and every lower one may. */
export const roles = ['viewer', 'editor', 'admin', 'owner'] as const;
export type Role = (typeof roles)[number];

/** What an API key may be allowed to do. An operation without a scope is closed to keys. */
export const scopes = [
  'posts:read',
  'posts:write',
  'publishing:write',
  'connections:read',
  'connections:write',
  'analytics:read',
  'team:read',
  'audit:read',
] as const;
export type Scope = (typeof scopes)[number];

/** Every work queue there is. Each gets a dead-letter queue and an alarm; the text says what users lose when it fires. */
export const queues = {
  publish: 'Posts that are due do not go out on the social platforms.',
} as const;
export type QueueName = keyof typeof queues;

/** What a function does to the table, as the verbs of `table.ts`; each is one permission (decision 0008). */
type TableVerb = 'get' | 'getMany' | 'query' | `query:${TableIndex}` | 'put' | 'update' | 'delete' | 'check';
type TableIndex = 'gsi1' | 'gsi2' | 'gsi3';

/** What a function may touch. `lib/grants.ts` turns each into permissions and environment, and does not compile until it knows it. */
export type Need =
  | `table:${TableVerb}`
  | `queue:${QueueName}`
  | 'secrets:seal'
  | 'secrets:open'
  | 'users:sign-up'
  | 'users:read'
  | 'tokens:verify'
  | 'events:put'
  | 'cursor'
  | 'hosts'
  | 'platform-apps'
  | 'platform-apps:list'
  | 'consent-callback'
  | 'plans'
  | 'health'
  | 'limits'
  | 'attempts'
  | 'idempotency'
  | 'audit';

/** Who may call: anyone, a signed-in user, or a signed-in member of the team named in `X-Team-Id`. */
export type Auth = 'none' | 'user' | 'team';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What every deployed function says of itself. */
type FunctionSpec = {
  summary: string;
  description?: string;
  needs: readonly Need[];
  /** Default 10 for endpoints and 60 for the rest. */
  timeoutSeconds?: number;
  /** Default 512. */
  memoryMb?: number;
  /** Files copied beside the bundle into `assets/`; a package's file or one of this repository. */
  assets?: readonly string[];
};

/**
 * Slows down who tries too often, by account and by network address: guesses at passwords and codes (`counts: 'failures'`,
 * so that nobody is punished for signing in), and what costs something each time (`counts: 'all'`).
 */
export type Throttle = { counts: 'failures' | 'all'; refusal: FaultEntry };

type ContentReply = {
  status: 200 | 201 | 202 | 204;
  body?: z.ZodType;
  /** For replies that are not JSON: the body is then a string, sent as it is. */
  contentType?: string;
  headers?: undefined;
};

/** Sends a browser on to what the handler gives as `location`, by GET. Never to what a request alone says. */
type RedirectReply = {
  status: 303;
  headers: z.ZodObject<{ location: z.ZodURL }>;
  body?: undefined;
  contentType?: undefined;
};

export type EndpointSpec<Code extends string = string> = FunctionSpec & {
  route: `${Method} /${string}`;
  auth: Auth;
  /** The lowest role that may call; for `auth: 'team'` only, where the default is `viewer`. */
  role?: Role;
  /** What an API key needs to call this; for `auth: 'team'` only. Without it, keys are refused. */
  scope?: Scope;
  /** `<noun>.<past verb>`: every call, refused ones included, goes into the audit log of the team. */
  audit?: string;
  /** Attempts are counted against the account, which is the caller or the `email` of the body, and against the address. */
  throttle?: Throttle;
  /** Bodies hold passwords or secrets: nothing of a call is kept, so it takes no `Idempotency-Key`. */
  confidential?: true;
  /** The thing has a `revision`: replies carry an `ETag`, `If-None-Match` (304) and `If-Match` (412) are honoured. */
  versioned?: true;
  path?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  reply: ContentReply | RedirectReply;
  faults: readonly Code[];
};

export type WorkerSpec = FunctionSpec & {
  queue: QueueName;
  body: z.ZodType;
  /** Messages a function takes at once (default 10) and functions running at once (default 50). */
  batchSize?: number;
  concurrency?: number;
};

export type TimerSpec = FunctionSpec & { every: 'minute' | 'hour' | 'day' };

/** A domain event: a fact that other domains may act on. `type` is API, `data` only grows. */
export type EventSpec<Type extends string = string, Data extends z.ZodObject = z.ZodObject> = {
  type: Type;
  data: Data;
};

export type SubscriberSpec = FunctionSpec & { on: EventSpec };

/** Runs on rows as they are written, through the table's stream. */
export type StreamReaderSpec = FunctionSpec & {
  /** Rows of this entity, once they are inserted. */
  entity: string;
  /** And rows of these entities that come into one of these states. */
  moves?: readonly { entity: string; into: readonly string[] }[];
};

/** The Lambda authorizer in front of every endpoint that needs a caller. */
export type AuthorizerSpec = FunctionSpec;

type Placed = { name: string; domain: string; file: string };
export type Endpoint = EndpointSpec & Placed;
export type Worker = WorkerSpec & Placed;
export type Timer = TimerSpec & Placed;
export type Subscriber = SubscriberSpec & Placed;
export type StreamReader = StreamReaderSpec & Placed;
export type Authorizer = AuthorizerSpec & Placed;

export const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

type PlacedAll<Specs> = { readonly [Name in keyof Specs]: Specs[Name] & Placed };

function place<Specs extends Record<string, object>>(domain: string, specs: Specs): PlacedAll<Specs> {
  const placed = Object.entries(specs).map(([name, spec]) => [
    name,
    { ...spec, name, domain, file: `functions/${domain}/${kebab(name)}.ts` },
  ]);
  return Object.fromEntries(placed);
}

/**
 * The endpoints of a domain. They may declare the domain's own faults and, of others, those given in `faults`. Contracts that
 * other domains read give both as functions, and are marked as pure: bundles then leave out operations that nobody uses.
 */
export function endpoints<
  Faults extends FaultCatalog,
  const Specs extends Record<string, EndpointSpec<FaultCode<Faults>>>,
>({ domain }: { domain: string; faults: Faults | (() => Faults) }, specs: Specs | (() => Specs)) {
  const all: Record<string, EndpointSpec> = typeof specs === 'function' ? specs() : specs;
  const whole = Object.entries(all).map(([name, spec]) => [
    name,
    { ...spec, needs: [...spec.needs, ...borderNeeds(spec)] },
  ]);
  return place(domain, Object.fromEntries(whole) as Specs);
}

/** What `endpoint()` does for every operation of this kind, and needs for it. */
const borderNeeds = (spec: EndpointSpec): Need[] => [
  ...(spec.auth === 'team' ? ['limits' as const] : []),
  ...(spec.throttle ? ['attempts' as const] : []),
  ...(isIdempotent(spec) ? ['idempotency' as const] : []),
  ...(spec.audit === undefined ? [] : ['audit' as const]),
];

/** Operations that take an `Idempotency-Key`. Those without a caller would keep tokens or passwords for a day. */
export const isIdempotent = ({ auth, route, confidential }: Pick<EndpointSpec, 'auth' | 'route' | 'confidential'>) =>
  auth !== 'none' && route.startsWith('POST ') && !confidential;

/** Changes of a thing with versions, which take an `If-Match`. What is only made has no version yet. */
export function changesVersion({
  versioned,
  route,
  path,
}: Pick<EndpointSpec, 'versioned' | 'route' | 'path'>): boolean {
  const isMade = route.startsWith('POST ') && path === undefined;
  return versioned === true && !route.startsWith('GET ') && !isMade;
}

export const workers = <const Specs extends Record<string, WorkerSpec>>(domain: string, specs: Specs) =>
  place(domain, specs);
export const timers = <const Specs extends Record<string, TimerSpec>>(domain: string, specs: Specs) =>
  place(domain, specs);
export const subscribers = <const Specs extends Record<string, SubscriberSpec>>(domain: string, specs: Specs) =>
  place(domain, specs);
export const streamReaders = <const Specs extends Record<string, StreamReaderSpec>>(domain: string, specs: Specs) =>
  place(domain, specs);
export const authorizers = <const Specs extends Record<string, AuthorizerSpec>>(domain: string, specs: Specs) =>
  place(domain, specs);

/** Declares domain events: type → schema of the data. */
export function events<const Schemas extends Record<string, z.ZodObject>>(schemas: Schemas) {
  const declared = Object.entries(schemas).map(([type, data]) => [type, { type, data }]);
  return Object.fromEntries(declared) as { readonly [Type in keyof Schemas & string]: EventSpec<Type, Schemas[Type]> };
}

/** What a domain contributes; `functions/contracts.ts` lists them all, and everything else is derived from that list. */
export type Domain = {
  name: string;
  /** For readers of the API: what its operations are about. */
  description?: string;
  faults?: FaultCatalog;
  endpoints?: Readonly<Record<string, Endpoint>>;
  workers?: Readonly<Record<string, Worker>>;
  timers?: Readonly<Record<string, Timer>>;
  subscribers?: Readonly<Record<string, Subscriber>>;
  streamReaders?: Readonly<Record<string, StreamReader>>;
  authorizers?: Readonly<Record<string, Authorizer>>;
  events?: Readonly<Record<string, EventSpec>>;
};

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

export type UserCaller = { userId: string };
/** For an API key, `userId` is who made the key. */
export type TeamCaller = UserCaller & { teamId: string; role: Role; apiKeyId?: string | undefined };
type CallerOf<Kind extends Auth> = Kind extends 'team' ? TeamCaller : Kind extends 'user' ? UserCaller : undefined;

/** What a handler is given: the parsed parts of the request and who calls. */
export type Call<E extends EndpointSpec> = {
  path: Parsed<E['path']>;
  query: Parsed<E['query']>;
  body: Parsed<E['body']>;
  caller: CallerOf<E['auth']>;
  requestId: string;
  /** Where the caller's connection comes from. */
  address: string;
  /** What the user signed in with, for what the user pool asks it for. Never logged, never kept. */
  accessToken: E['auth'] extends 'user' ? string : undefined;
  /** From `If-Match`: the change may go on only while the thing has this revision. Undefined when any will do. */
  expectedRevision: number | undefined;
};

/** What a handler gives back; undeclared fields are dropped by the reply schema. */
export type Reply<E extends EndpointSpec> = E['reply'] extends { body: infer Body extends z.ZodType }
  ? z.input<Body>
  : E['reply'] extends { headers: infer Headers extends z.ZodType }
    ? z.input<Headers>
    : // biome-ignore lint/suspicious/noConfusingVoidType: a handler without a reply body returns nothing
      void;
