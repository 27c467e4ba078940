import type { HttpCall } from '../../runtime/http.ts';
import { PlatformRefused } from '../adapter.ts';
import { type AppTools, ask, isSuccess, malformed, read } from '../answer.ts';
import { TokenAnswer } from '../token-session.ts';
import { tokenRefusal } from './refusals.ts';

export function youtubeUrl({ apps }: Pick<AppTools, 'apps'>, path: string, query: Record<string, string>): string {
  const { api, version } = apps.api('youtube');
  return `${api}/youtube/${version}/${path}?${new URLSearchParams(query)}`;
}

/** Where upload sessions are opened. */
export function uploadUrl({ apps }: Pick<AppTools, 'apps'>, query: Record<string, string>): string {
  const { api, upload = api, version } = apps.api('youtube');
  return `${upload}/upload/youtube/${version}/videos?${new URLSearchParams(query)}`;
}

export const videoUrl = ({ apps }: Pick<AppTools, 'apps'>, id: string) =>
  `${apps.api('youtube').web}/watch?v=${encodeURIComponent(id)}`;

/** Calls of Google's own token service. */
export function tokenCall({ apps }: Pick<AppTools, 'apps'>, path: string, fields: Record<string, string>): HttpCall {
  const { api, login = api } = apps.api('youtube');
  return { method: 'POST', url: `${login}/${path}`, body: new URLSearchParams(fields) };
}

export async function askForTokens(tools: AppTools, fields: Record<string, string>) {
  const answer = await ask(tools.http, tokenCall(tools, 'token', fields));
  if (!isSuccess(answer)) throw new PlatformRefused(tokenRefusal(answer, tools.now()));
  const tokens = read(TokenAnswer, answer);
  if (tokens === undefined) throw new PlatformRefused(malformed('Google'));
  return tokens;
}
