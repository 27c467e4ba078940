import type { Client, ClientPathsWithMethod, MaybeOptionalInit, MethodResponse } from 'openapi-fetch';
import type { paths } from './api.ts';

type Api = Client<paths>;
type HttpMethod = 'get' | 'post' | 'put' | 'patch' | 'delete';
type Options<Value> = undefined extends Value ? [options?: Value] : [options: Value];
type Data<Value> = [Value] extends [never] ? undefined : Value;

/** One method of HTTP: the path of an operation, then what the operation takes. Refusals are thrown, so there is data. */
type Call<Method extends HttpMethod> = <Path extends ClientPathsWithMethod<Api, Method>>(
  path: Path,
  ...options: Options<MaybeOptionalInit<paths[Path], Method>>
) => Promise<{ data: Data<MethodResponse<Api, Method, Path>>; response: Response }>;

export type Calls = {
  GET: Call<'get'>;
  POST: Call<'post'>;
  PUT: Call<'put'>;
  PATCH: Call<'patch'>;
  DELETE: Call<'delete'>;
};
