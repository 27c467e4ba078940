import * as z from 'zod';

/** A carousel in the making: its parts are containers, and the one that becomes the post is made of them once all are ready. */
const Parts = z.object({ parts: z.array(z.string().min(1)).min(2) });

/** The parts of a carousel; undefined where the container of the post itself is prepared. */
export const partsOf = (prepared = ''): readonly string[] | undefined =>
  prepared.startsWith('{') ? Parts.parse(JSON.parse(prepared)).parts : undefined;

/** How they are kept between the steps. */
export const preparedParts = (parts: string[]): string => JSON.stringify({ parts } satisfies z.infer<typeof Parts>);
