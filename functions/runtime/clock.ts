export type Now = () => Date;

/** The one clock. Handlers take it as a tool, so that tests choose the time. */
export const now: Now = () => new Date();

export const addSeconds = (at: Date, seconds: number) => new Date(at.getTime() + seconds * 1000);

/** Unix seconds, as DynamoDB's TTL wants them. */
export const unixSeconds = (at: Date) => Math.floor(at.getTime() / 1000);
