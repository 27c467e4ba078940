/** Each kind of expected refusal and the HTTP status it becomes at the border. */
export const faultStatus = {
  malformed: 400,
  unauthenticated: 401,
  forbidden: 403,
  missing: 404,
  conflict: 409,
  changed: 412,
  too_large: 413,
  invalid: 422,
  too_many: 429,
  internal: 500,
  unavailable: 503,
} as const;
export type FaultKind = keyof typeof faultStatus;

/** One refusal as documented: the code is API and never changes; title and remedy are words for people. */
export type FaultEntry<Code extends string = string> = { code: Code; kind: FaultKind; title: string; remedy: string };
export type FaultCatalog = Readonly<Record<string, FaultEntry>>;
export type FaultCode<Catalog extends FaultCatalog> = keyof Catalog & string;

/** Declares refusals, `<noun>.<what_went_wrong>` → what it means and what the caller can do. */
export function faults<const Codes extends Record<string, Omit<FaultEntry, 'code'>>>(codes: Codes) {
  const entries = Object.entries(codes).map(([code, entry]) => [code, { code, ...entry }]);
  return Object.fromEntries(entries) as { readonly [Code in keyof Codes & string]: FaultEntry<Code> };
}

/** `connectionId`: for whom the field is wrong, where it would do for others. */
export type FieldError = { path: string; code: string; message: string; connectionId?: string };
type FaultDetails = { detail?: string; errors?: FieldError[]; retryAfterSeconds?: number; cause?: unknown };

/** The only expected error. All but `cause`, which goes to the log only, is shown to the caller. */
export class Fault extends Error {
  readonly entry: FaultEntry;
  readonly errors: FieldError[] | undefined;
  /** When it makes sense to try again, told in `Retry-After`. */
  readonly retryAfterSeconds: number | undefined;

  constructor(entry: FaultEntry, { detail, errors, retryAfterSeconds, cause }: FaultDetails = {}) {
    super(detail ?? entry.title, { cause });
    this.entry = entry;
    this.errors = errors;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Refusals that any endpoint may give, whatever it declares. */
export const commonFaults = faults({
  'input.invalid': {
    kind: 'invalid',
    title: 'The request does not fit its schema.',
    remedy: 'Mend the fields listed in `errors`; unknown fields are refused too.',
  },
  'input.unknown_field': {
    kind: 'invalid',
    title: 'The request has a field that this operation does not know.',
    remedy: 'Leave out the fields listed in `errors`.',
  },
  'input.missing_field': {
    kind: 'invalid',
    title: 'The request lacks a field that this operation needs.',
    remedy: 'Add the fields listed in `errors`.',
  },
  'input.naive_time': {
    kind: 'invalid',
    title: 'A time without a zone is no instant.',
    remedy: 'Add `Z` or an offset such as `+02:00`.',
  },
  'input.impossible_time': {
    kind: 'invalid',
    title: 'There is no such day or time of day.',
    remedy: 'Mind how long months are; hours go from 00 to 23, minutes to 59.',
  },
  'input.unknown_time_zone': {
    kind: 'invalid',
    title: 'There is no such time zone.',
    remedy: 'Use an IANA name such as `Europe/Berlin`.',
  },
  'input.not_json': {
    kind: 'malformed',
    title: 'The body is not JSON.',
    remedy: 'Send a JSON body with `Content-Type: application/json`.',
  },
  'input.too_deep': {
    kind: 'malformed',
    title: 'The body nests deeper than this API takes.',
    remedy: 'Send what the schema of the operation describes.',
  },
  'input.too_large': {
    kind: 'too_large',
    title: 'The body is larger than this API takes.',
    remedy: 'Send less than 256 KiB at once.',
  },
  'auth.token_invalid': {
    kind: 'unauthenticated',
    title: 'The access token is not one of ours.',
    remedy: 'Sign in again.',
  },
  'auth.token_expired': {
    kind: 'unauthenticated',
    title: 'The access token has expired.',
    remedy: 'Get a new one from `POST /v1/auth/refresh`.',
  },
  'auth.key_invalid': {
    kind: 'unauthenticated',
    title: 'The API key is unknown, revoked or expired.',
    remedy: 'Make a new key in the team settings.',
  },
  'auth.scope_missing': {
    kind: 'forbidden',
    title: 'The API key is not allowed to do this.',
    remedy: 'Use a key with the scope of this operation; operations without a scope are closed to keys.',
  },
  'auth.not_a_member': {
    kind: 'forbidden',
    title: 'You are not a member of the team in `X-Team-Id`.',
    remedy: 'Use one of the teams listed by `GET /v1/me`.',
  },
  'auth.role_too_low': {
    kind: 'forbidden',
    title: 'Your role in this team does not allow this.',
    remedy: 'Ask an owner or admin of the team.',
  },
  'version.changed': {
    kind: 'changed',
    title: 'It was changed since you read it.',
    remedy: 'Read it again, and send the `ETag` of what you saw as `If-Match`.',
  },
  'limit.requests_exceeded': {
    kind: 'too_many',
    title: 'The team or the key has used up its requests.',
    remedy: 'Wait as long as `Retry-After` says, or choose a larger plan.',
  },
  'idempotency.key_invalid': {
    kind: 'malformed',
    title: 'The `Idempotency-Key` is empty or too long.',
    remedy: 'Use 1 to 255 characters, for example a UUID.',
  },
  'idempotency.key_reused': {
    kind: 'invalid',
    title: 'This `Idempotency-Key` was used for another request.',
    remedy: 'Use a new key for each new request.',
  },
  'idempotency.in_progress': {
    kind: 'conflict',
    title: 'The first request with this `Idempotency-Key` is still running.',
    remedy: 'Try again in a moment.',
  },
  'cursor.invalid': {
    kind: 'malformed',
    title: 'The cursor is not one that this list gave you.',
    remedy: 'Use `next` of the page before unchanged, with the same filters; or begin without a cursor.',
  },
  'internal.error': {
    kind: 'internal',
    title: 'Something failed on our side.',
    remedy: 'Try again, with a new `Idempotency-Key`; if it stays, report the `requestId`.',
  },
});
