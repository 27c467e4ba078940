/**
 * How every AWS client of a function waits: a socket that hangs must not hold the request, or a claimed publication, until
 * Lambda ends the run. Tries after the first are the SDK's own.
 */
export const awsClient = { requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000 } };
