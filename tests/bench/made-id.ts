import * as z from 'zod';

const Made = z.object({ id: z.string() });

/** The id of what a reply tells of; empty for a list and the like. */
export const madeId = (body: string | undefined): string =>
  body === undefined ? '' : (Made.safeParse(JSON.parse(body)).data?.id ?? '');
