import type { components } from './api.ts';

type Problem = components['schemas']['Problem'];
export type ProblemCode = components['schemas']['ProblemCode'];
export type FieldError = NonNullable<Problem['errors']>[number];

/** A refusal of the API: decide by its `code`. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  /** Undefined where the gateway refused by itself, before any operation: the status says it then. */
  readonly code: ProblemCode | undefined;
  /** The fields that are wrong, such as `body.publishAt`. */
  readonly errors: readonly FieldError[];
  /** Quote it when you report a problem. */
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(response: Response, problem: Partial<Problem>) {
    super(problem.detail ?? `The API answered ${response.status}.`);
    this.status = response.status;
    this.code = problem.code;
    this.errors = problem.errors ?? [];
    this.requestId = problem.requestId ?? response.headers.get('x-request-id') ?? undefined;
    this.retryAfterSeconds = retryAfterSeconds(response);
  }
}

/** The problem that a refused response tells of. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json');
  // The media type is the API's promise of this shape; the journeys hold it to that.
  const problem = isProblem ? ((await response.clone().json()) as Problem) : {};
  return new ApiProblem(response, problem);
}

export function retryAfterSeconds({ headers }: Response): number | undefined {
  const seconds = headers.get('retry-after');
  return seconds === null ? undefined : Number(seconds);
}
