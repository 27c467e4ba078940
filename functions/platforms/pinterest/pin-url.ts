import type { AppTools } from '../answer.ts';

export const pinUrl = ({ apps }: Pick<AppTools, 'apps'>, id: string) =>
  `${apps.api('pinterest').web}/pin/${encodeURIComponent(id)}`;
