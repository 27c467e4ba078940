import * as z from 'zod';

/** A boolean of a template, which may be written as text. */
export const flag = z.union([z.boolean(), z.stringbool()]);
